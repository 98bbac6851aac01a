import type { BrevoAttribute } from '../../sync/mapping/field.ts';

/** One attribute of each kind that Brevo has, by kind. */
export const PLAIN_ATTRIBUTES = {
	EMAIL: { name: 'EMAIL', category: 'normal', type: 'text' },
	SMS: { name: 'SMS', category: 'normal', type: 'text' },
	text: { name: 'NOTE', category: 'normal', type: 'text' },
	date: { name: 'BIRTHDAY', category: 'normal', type: 'date' },
	float: { name: 'AMOUNT', category: 'normal', type: 'float' },
	boolean: { name: 'VIP', category: 'normal', type: 'boolean' },
	choices: {
		name: 'LANGUAGES',
		category: 'normal',
		type: 'multiple-choice',
		multiCategoryOptions: ['English', 'Français'],
	},
} as const satisfies Record<string, BrevoAttribute>;

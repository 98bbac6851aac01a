import type { ConflictRule } from '../../sync/merge.ts';
import type { Step } from './steps.ts';
import type { Telling } from './tell.ts';

const SALESFORCE: Telling[1] = ['salesforce', 'salesforce', 'salesforce', 'salesforce'];
const story = (
	steps: readonly Step[],
	rules: readonly [ConflictRule, ConflictRule, ConflictRule, ConflictRule] = SALESFORCE,
): Telling => [steps, rules, 'nothing', 'removeFromList'];
const told = { webhook: 'told' } as const;
const THERE = { kind: 'there' } as const;
const NEWCOMER = {
	kind: 'create',
	values: {
		Email: 'zoe@example.com',
		FirstName: 'Zoë',
		LastName: 'Zoëlle',
		MobilePhone: null,
	},
} as const;

/** Stories that once ended badly, shrunk, by what was wrong. */
export const STORIES: Readonly<Record<string, Telling>> = {
	'our own write back puts one user and second over two edits of addresses: no bulk edit': story([
		{ kind: 'swap', who: 3, other: 0 },
		{
			kind: 'edit-in-brevo',
			who: 0,
			values: { attributes: { SMS: '+33612345678' } },
			...told,
		},
		{ kind: 'edit-in-brevo', who: 3, values: { attributes: { LASTNAME: 'Zoëlle' } }, ...told },
		{ kind: 'edit', who: 0, values: { FirstName: 'Zoë' } },
		{ kind: 'undelete', who: 0 },
		{ kind: 'back', sweeps: false },
		{ kind: 'back', sweeps: false },
		{ kind: 'undelete', who: 0 },
	]),
	'an opt-out goes along when a record that has lost its own contact takes one over': story([
		{ kind: 'delete-in-brevo', who: 3, ...told },
		{ kind: 'swap', who: 0, other: 1 },
		{ kind: 'edit-in-brevo', who: 0, values: { emailBlacklisted: true }, ...told },
		{ kind: 'edit', who: 0, values: { LastName: 'Zoëlle' } },
		{ kind: 'born-in-brevo', email: 'zoe@example.com' },
		NEWCOMER,
		THERE,
		THERE,
	]),
	'a conflict that Brevo has won stays won when Brevo’s value becomes the old one again': story(
		[
			{
				kind: 'edit-in-brevo',
				who: 0,
				values: { attributes: { FIRSTNAME: 'Quentin' } },
				...told,
			},
			{ kind: 'edit', who: 0, values: { FirstName: null } },
			THERE,
			{ kind: 'edit-in-brevo', who: 0, values: { attributes: { FIRSTNAME: 'Zoë' } }, ...told },
			{ kind: 'born-in-brevo', email: 'zoe@example.com' },
			THERE,
			{ kind: 'wait', minutes: 1 },
		],
		['salesforce', 'brevo', 'salesforce', 'salesforce'],
	),
	'two records that wait for each other’s address come again together, not one after the other':
		story([
			NEWCOMER,
			{ kind: 'edit', who: 0, values: { MobilePhone: '+33612345679' } },
			{
				kind: 'create',
				values: {
					Email: 'lee@example.com',
					FirstName: 'Zoë',
					LastName: 'Zoëlle',
					MobilePhone: '+33612345679',
				},
			},
			{ kind: 'swap', who: 0, other: 1 },
			THERE,
			{ kind: 'edit-in-brevo', who: 0, values: { newEmail: 'zoe@example.com' }, ...told },
			{ kind: 'trouble', troubles: ['lost-before'] },
			{ kind: 'create-lead', Email: 'zoe@example.com', LastName: 'Zoëlle' },
			{ kind: 'delete', who: 3 },
		]),
};

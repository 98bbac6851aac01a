import type { Step } from '../both-ways/steps.ts';
import type { SceneName } from './rows.ts';

/** Gives numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

const THERE: Step = { kind: 'there' };
const FIRST = ['Zoë', 'Quentin', null];
const LAST = ['Zoëlle', 'Quentin-Roux', 'Kim'];

/** What people have done when the fault strikes: two contacts are synced in each before it begins. */
export function storyOf(scene: SceneName, random: Random, people: number): Step[] {
	const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
	const newcomers = Array.from({ length: people }, (_, n): Step => ({
		kind: 'create',
		values: {
			// One of them has no address, one has that of another.
			Email: n === 3 ? null : n === 4 ? 'person-1@example.com' : `person-${n}@example.com`,
			FirstName: pick(FIRST),
			LastName: pick(LAST),
			MobilePhone: n === 2 ? '+33612345678' : null,
		},
	}));
	switch (scene) {
		case 'import':
			return newcomers;
		case 'incremental':
			return [...newcomers, THERE, THERE, ...edits(pick)];
		case 'reverse':
			return [...newcomers, THERE, THERE, ...editsInBrevo(pick)];
	}
}

type Pick = <T>(values: readonly T[]) => T;

const edits = (pick: Pick): Step[] => [
	{ kind: 'edit', who: 0, values: { LastName: pick(LAST) } },
	{ kind: 'edit', who: 1, values: { HasOptedOutOfEmail: true } },
	{ kind: 'edit', who: 2, values: { Email: 'moved@example.com' } },
	{ kind: 'edit', who: 3, values: { FirstName: pick(FIRST) } },
	{ kind: 'delete', who: 4 },
	{
		kind: 'create',
		values: { Email: 'late@example.com', FirstName: null, LastName: 'Kim', MobilePhone: null },
	},
];

const editsInBrevo = (pick: Pick): Step[] => [
	{
		kind: 'edit-in-brevo',
		who: 0,
		values: { attributes: { LASTNAME: pick(LAST) } },
		webhook: 'told',
	},
	{ kind: 'edit-in-brevo', who: 1, values: { emailBlacklisted: true }, webhook: 'told' },
	{ kind: 'edit-in-brevo', who: 2, values: { attributes: { FIRSTNAME: 'Zoë' } }, webhook: 'lost' },
	{
		kind: 'edit-in-brevo',
		who: 3,
		values: { attributes: { SMS: '+33612345679' } },
		webhook: 'told',
	},
	{ kind: 'delete-in-brevo', who: 4, webhook: 'told' },
	{ kind: 'born-in-brevo', email: 'born@example.com' },
];

import { play, type Played, type Step } from '../both-ways/steps.ts';
import type { World } from '../both-ways/world.ts';
import { Field } from '../reconcile/field.ts';
import type { Random } from './playing.ts';
import type { SceneName } from './rows.ts';

const THERE: Step = { kind: 'there' };
const FIRST = ['Zoë', 'Quentin', null];
const LAST = ['Zoëlle', 'Quentin-Roux', 'Kim'];

export type Way = 'there' | 'back' | 'reconcile';

/** What runs in a round of a scene, in this order. */
export const WAYS: Readonly<Record<SceneName, readonly Way[]>> = {
	import: ['there'],
	incremental: ['there'],
	reverse: ['back', 'there'],
	reconcile: ['reconcile', 'there'],
};

/** Plays what people have done when the fault strikes. */
export async function setTheScene(
	scene: SceneName,
	{ world, leads }: { readonly world: World; readonly leads: World },
	random: Random,
	people: number,
): Promise<Played> {
	const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
	const newcomers = crowd(pick, 'person', people);
	// More than a handful go into Brevo by an import, also of those who come later.
	const late = crowd(pick, 'late', people > 50 ? people : 1);
	const synced = [...newcomers, THERE, THERE];
	const stories: Record<SceneName, readonly Step[]> = {
		import: newcomers,
		incremental: [...synced, ...edits(pick), ...late],
		reverse: [...synced, ...editsInBrevo(pick)],
		reconcile: [...synced, ...edits(pick), ...late, ...drift(pick)],
	};
	const played = await play(world, leads, stories[scene], []);
	if (scene !== 'reconcile') return played;
	const field = new Field(world);
	await field.outOfTheList(played.ids[5] ?? '');
	// Nobody hears of what happened until now.
	await field.missed();
	return played;
}

type Pick = <T>(values: readonly T[]) => T;

const crowd = (pick: Pick, name: string, people: number): Step[] =>
	Array.from({ length: people }, (_, n) => ({
		kind: 'create',
		values: {
			// One of them has no address, one has that of another.
			Email: n === 3 ? null : n === 4 ? `${name}-1@example.com` : `${name}-${n}@example.com`,
			FirstName: pick(FIRST),
			LastName: pick(LAST),
			MobilePhone: n === 2 && name === 'person' ? '+33612345678' : null,
		},
	}));

const edits = (pick: Pick): Step[] => [
	{ kind: 'edit', who: 0, values: { LastName: pick(LAST) } },
	{ kind: 'edit', who: 1, values: { HasOptedOutOfEmail: true } },
	{ kind: 'edit', who: 2, values: { Email: 'moved@example.com' } },
	{ kind: 'edit', who: 3, values: { FirstName: pick(FIRST) } },
	{ kind: 'delete', who: 8 },
];

/** What a sync in one direction hears of only when it looks at everything. */
const drift = (pick: Pick): Step[] => [
	{
		kind: 'edit-in-brevo',
		who: 6,
		values: { attributes: { LASTNAME: pick(LAST) } },
		webhook: 'lost',
	},
	{ kind: 'delete-in-brevo', who: 7, webhook: 'lost' },
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
		who: 5,
		values: { attributes: { SMS: '+33612345679' } },
		webhook: 'told',
	},
	{ kind: 'delete-in-brevo', who: 8, webhook: 'told' },
	{ kind: 'born-in-brevo', email: 'born@example.com' },
];

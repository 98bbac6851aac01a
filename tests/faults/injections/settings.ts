import type { World } from '../../both-ways/world.ts';
import type { Fault, Playing } from '../playing.ts';
import { meets, MINUTE_MS } from './meeting.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
const PARIS = 'Europe/Paris';

/** Two nights in Paris, a minute before what happens in them. */
const NIGHTS = {
	'the month ends': Date.parse('2026-11-30T22:59:00Z'),
	'the clocks are changed': Date.parse('2026-10-25T00:59:00Z'),
};
/** Until the first round two minutes have passed, or a little more. */
const SETTING_MS = 2 * MINUTE_MS;
const TASKS_LEFT = 3;

export const wrongClock: Fault = {
	options: (seed) => {
		const night = [undefined, undefined, ...Object.values(NIGHTS)][seed % 4];
		return night === undefined ? {} : { zone: PARIS, startsAt: night - SETTING_MS };
	},
	inject: (playing) => {
		const { world, leads, seed } = playing;
		playing.state.strikes += 1;
		if (seed % 4 < 2) world.skewMs = (seed % 4 === 0 ? 1 : -1) * DAY_MS;
		else for (const one of [world, leads]) one.quota = playing.used + TASKS_LEFT;
		return undefined;
	},
};

export const quotaUsedUp: Fault = {
	inject: (playing) => {
		const { world, leads, used } = playing;
		for (const one of [world, leads]) one.quota = used + TASKS_LEFT;
		const values = { LastName: 'Kim', Company: 'Acme', Email: 'lead@example.com' };
		world.salesforce.admin.create({ object: 'Lead', values });
		// Another workflow of the same account comes first.
		return meets(
			playing,
			({ to, what }) => to === 'pages' && what === 'open',
			async (_, serve) => {
				playing.state.beside = true;
				await leads.there().finally(() => (playing.state.beside = false));
				return await serve();
			},
			{ times: 1 },
		);
	},
	holds: async (_, { world, used }) => {
		const spent = (await world.tasks()) - used;
		return spent === TASKS_LEFT ? [] : [`Row 29: ${spent} of ${TASKS_LEFT} tasks were spent`];
	},
};

/* ---------------------------------------------------------------- schema */

type Drift = (world: World) => { readonly undo: () => void };

const ATTRIBUTE = 'FIRSTNAME';

const DRIFTS: readonly Drift[] = [
	({ brevo: { admin } }) => {
		admin.removeAttribute({ name: ATTRIBUTE });
		return {
			undo: () => admin.addAttribute({ name: ATTRIBUTE, category: 'normal', type: 'text' }),
		};
	},
	({ brevo: { admin } }) => {
		const enumeration = [{ value: 1, label: 'One', valueStr: '1' }];
		admin.addAttribute({ name: ATTRIBUTE, category: 'category', enumeration });
		return {
			undo: () => admin.addAttribute({ name: ATTRIBUTE, category: 'normal', type: 'text' }),
		};
	},
	({ salesforce: { admin } }) => {
		const field = { object: 'Contact', field: 'FirstName' } as const;
		admin.hideField(field);
		return { undo: () => admin.hideField({ ...field, hidden: false }) };
	},
];

const firstNames = ({ world, ids }: Playing): string =>
	JSON.stringify(
		world.salesforce.admin
			.records({ object: 'Contact', ids })
			.map(({ Id, FirstName }) => [Id, FirstName]),
	);

const before = new WeakMap<Playing, { readonly undo: () => void; readonly names: string }>();

export const schemaDrifts: Fault = {
	options: () => ({ looksUp: true }),
	inject: (playing) => {
		const drift = DRIFTS[playing.seed % DRIFTS.length];
		if (!drift) return undefined;
		// Longer than what was looked up is believed.
		playing.world.clock.advance(60 * MINUTE_MS);
		const names = firstNames(playing);
		before.set(playing, { ...drift(playing.world), names });
		playing.state.strikes += 1;
		return undefined;
	},
	holds: (rounds, playing) => {
		const { undo, names } = before.get(playing) ?? {};
		undo?.();
		return [
			...(rounds.some(({ error }) => error !== undefined) ? [] : ['Row 27: no run was stopped']),
			...(firstNames(playing) === names
				? []
				: ['Row 27: values in Salesforce were changed for it']),
		];
	},
};

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
		const { world, leads, state } = playing;
		for (const one of [world, leads]) one.quota = state.used + TASKS_LEFT;
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

/** Brings it about; gives how it is undone. */
type Drift = (world: World) => () => void;

const ATTRIBUTE = 'FIRSTNAME';
const TEXT = { name: ATTRIBUTE, category: 'normal', type: 'text' } as const;

const DRIFTS: readonly Drift[] = [
	({ brevo: { admin } }) => {
		const had = admin.contacts({ limit: 1_000 }) as Array<{ id: number; attributes: object }>;
		admin.removeAttribute(TEXT);
		return () => {
			admin.addAttribute(TEXT);
			// With the attribute its values are gone; people bring them back.
			for (const { id, attributes } of had) {
				const value = (attributes as Record<string, unknown>)[ATTRIBUTE];
				if (value !== undefined && admin.contact({ id })['found'] === true)
					admin.edit({ id, attributes: { [ATTRIBUTE]: value } });
			}
		};
	},
	({ brevo: { admin } }) => {
		admin.addAttribute({ ...TEXT, type: 'float' });
		return () => admin.addAttribute(TEXT);
	},
	({ salesforce: { admin } }) => {
		const field = { object: 'Contact', field: 'FirstName' } as const;
		admin.hideField(field);
		return () => admin.hideField({ ...field, hidden: false });
	},
];

const withoutFirstName = ({ world, ids }: Playing): number =>
	world.salesforce.admin
		.records({ object: 'Contact', ids })
		.filter(({ FirstName }) => FirstName === null).length;

const before = new WeakMap<Playing, { readonly undo: () => void; readonly nameless: number }>();

export const schemaDrifts: Fault = {
	options: () => ({ looksUp: true }),
	inject: (playing) => {
		const drift = DRIFTS[playing.seed % DRIFTS.length];
		if (!drift) return undefined;
		// Longer than what was looked up is believed.
		playing.world.clock.advance(60 * MINUTE_MS);
		const nameless = withoutFirstName(playing);
		before.set(playing, { undo: drift(playing.world), nameless });
		playing.state.strikes += 1;
		return undefined;
	},
	holds: async (rounds, playing) => {
		const { undo, nameless = 0 } = before.get(playing) ?? {};
		const emptied = withoutFirstName(playing) - nameless;
		undo?.();
		const { ledger, integration } = playing.world;
		const rejections = await ledger.pages.rejections(integration);
		const isTold =
			rounds.some(({ error }) => error !== undefined) ||
			rejections.some(({ field }) => field === 'FirstName' || field === ATTRIBUTE);
		return [
			...(isTold ? [] : ['Row 27: nobody was told']),
			...(emptied > 0 ? [`Row 27: ${emptied} values in Salesforce were emptied for it`] : []),
		];
	},
};

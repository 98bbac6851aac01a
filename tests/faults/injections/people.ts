import { approveRemovals } from '../../../sync/deliver/brake.ts';
import type { Fault, Playing } from '../playing.ts';
import { isHttp, meets, pick, upTo } from './meeting.ts';

/** What cannot happen (a record that is gone, an address that is taken) does not. */
function possible(playing: Playing, act: () => unknown): boolean {
	try {
		act();
		playing.state.strikes += 1;
		return true;
	} catch {
		return false;
	}
}

export const edit = (playing: Playing, id: string, values: Record<string, unknown>): boolean =>
	possible(playing, () => playing.world.salesforce.admin.update({ object: 'Contact', id, values }));

const editInBrevo = (playing: Playing, ext_id: string, values: object): boolean =>
	possible(playing, () => playing.world.brevo.admin.edit({ ext_id, ...values }));

/**
 * Between two edits. In one second they would be a bulk edit, whose addresses are left alone (limit
 * bulk-email-edit); so would later edits of records whose new address could not be written yet.
 */
const NOT_IN_BULK_MS = 2_000;

const LAST = ['Kim', 'Zoëlle', 'Quentin-Roux'];

export const whileReading: Fault = {
	inject: (playing) => {
		const { world, ids, scene } = playing;
		return meets(
			playing,
			isHttp,
			async (_, serve) => {
				const served = await serve();
				const LastName = pick(playing, LAST);
				const id = pick(playing, ids);
				if (scene === 'reverse' && playing.random() < 0.5)
					editInBrevo(playing, id, { attributes: { LASTNAME: LastName } });
				else edit(playing, id, { LastName });
				world.clock.advance(NOT_IN_BULK_MS + upTo(playing, 3) * 1_000);
				return served;
			},
			{ skip: upTo(playing, 3), times: 4 },
		);
	},
};

/** What people do to records, each with two of those who are nobody's business otherwise. */
const DEEDS: ReadonlyArray<(playing: Playing, ids: readonly [string, string, string]) => void> = [
	({ world }, [, , gone]) => world.salesforce.admin.delete({ object: 'Contact', id: gone }),
	({ world }, [, , gone]) => world.salesforce.admin.undelete({ object: 'Contact', id: gone }),
	({ world }, [winner, loser]) =>
		world.salesforce.admin.merge({ object: 'Contact', winner, losers: [loser], values: {} }),
	(playing) => {
		const { world } = playing;
		const values = { LastName: 'Kim', Company: 'Acme', Email: 'lead@example.com' };
		const { id } = world.salesforce.admin.create({ object: 'Lead', values }) as { id: string };
		playing.more.push((world.salesforce.admin.convert({ id }) as { contactId: string }).contactId);
	},
];

export const peopleDelete: Fault = {
	inject: (playing) => {
		const { ids } = playing;
		const [winner = '', loser = '', gone = ''] = ids.slice(-3);
		return meets(
			playing,
			isHttp,
			async (_, serve) => {
				const served = await serve();
				const deed = pick(playing, DEEDS);
				if (possible(playing, () => deed(playing, [winner, loser, gone])))
					for (const id of [loser, gone]) playing.deleted.add(id);
				return served;
			},
			{ skip: upTo(playing, 4), times: 5 },
		);
	},
};

const emailOf = ({ world }: Playing, id: string): string =>
	(world.salesforce.admin.records({ object: 'Contact', ids: [id] })[0]?.['Email'] ?? '') as string;

export const addresses: Fault = {
	inject: (playing) => {
		const { world, ids } = playing;
		const [one = '', other = '', third = '', fourth = '', fifth = ''] = ids.slice(0, 6);
		const [a, b] = [emailOf(playing, one), emailOf(playing, other)];
		edit(playing, one, { Email: b });
		world.clock.advance(NOT_IN_BULK_MS);
		edit(playing, other, { Email: a });
		world.clock.advance(NOT_IN_BULK_MS);
		edit(playing, third, { Email: pick(playing, [a, a.toUpperCase(), ` ${b} `, null]) });
		world.clock.advance(NOT_IN_BULK_MS);
		edit(playing, fourth, { Email: pick(playing, ['zoe@bücher.example.com', 'ZOE@example.com']) });
		world.clock.advance(NOT_IN_BULK_MS);
		edit(playing, fifth, { Email: 'zoe@example.com' });
		return undefined;
	},
};

export const bothSides: Fault = {
	inject: (playing) => {
		for (const id of playing.ids.slice(0, 8)) {
			edit(playing, id, { LastName: pick(playing, LAST), FirstName: pick(playing, LAST) });
			playing.world.clock.advance(NOT_IN_BULK_MS);
			editInBrevo(playing, id, {
				attributes: { LASTNAME: pick(playing, LAST), FIRSTNAME: pick(playing, LAST) },
			});
		}
		return undefined;
	},
};

/* ---------------------------------------------------------------- much at once */

const BASE = 40;
const BRAKE = { number: 3, share: 0.05 };

/** Records that are deleted in Salesforce or have no first name there. */
const vanished = ({ world, ids }: Playing): number =>
	world.salesforce.admin
		.records({ object: 'Contact', ids })
		.filter(({ IsDeleted, FirstName }) => IsDeleted === true || FirstName === null).length;
const vanishedBefore = new WeakMap<Playing, number>();

export const muchVanishes: Fault = {
	people: BASE,
	options: () => ({
		brake: BRAKE,
		pageSize: 20,
		onDeletionInBrevo: 'delete',
		mapping: [
			{ attribute: 'EMAIL', field: 'Email' },
			{ attribute: 'FIRSTNAME', field: 'FirstName' },
			{ attribute: 'LASTNAME', field: 'LastName' },
			{ attribute: 'SMS', field: 'MobilePhone' },
		],
	}),
	inject: (playing) => {
		const { ids } = playing;
		const hit = ids.slice(9, 9 + BASE / 2);
		for (const id of hit) {
			if (playing.seed % 2 === 0) {
				if (editInBrevo(playing, id, { delete: true })) playing.deletedInBrevo.add(id);
			} else editInBrevo(playing, id, { attributes: { FIRSTNAME: '' } });
		}
		vanishedBefore.set(playing, vanished(playing));
		return undefined;
	},
	holds: (_, playing) => {
		const { world } = playing;
		const more = vanished(playing) - (vanishedBefore.get(playing) ?? 0);
		return [
			...(more > BRAKE.number ? [`Row 28: ${more} vanished before anybody agreed`] : []),
			...(world.brakeAlerts === 1 ? [] : [`Row 28: ${world.brakeAlerts} alerts`]),
		];
	},
	after: async (playing) => {
		const { world } = playing;
		await approveRemovals(world.ledger, world.stream);
		for (const id of playing.deletedInBrevo) playing.deleted.add(id);
	},
};

import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import type { Call, Interference } from '../both-ways/interference.ts';
import { type Field, useField } from '../reconcile/field.ts';
import { answering, isLogin } from './injections/meeting.ts';
import { Counter, HOUR, MINUTE, runFor } from './watch.ts';

/*
 * Trouble that lasts, by the loop of the trigger itself and a clock on which hours pass in no time: how
 * many calls it costs, and that everything arrives afterwards without a hand.
 */

const DAY = 24 * HOUR;
const PEOPLE = 200;
const EDITED = 40;
/** Those that are edited once more after the trouble; with the others still too few for an import. */
const LATE = 10;
/** The longest wait after a failed run, and of a record that is put off again and again. */
const LONGEST_WAIT = 15 * MINUTE;
/** How often a request that fails is made. */
const TRIES = 8;

const failing = (status: number): Interference => answering(() => ({ status, body: {} }));
const serving: Interference = async (_, serve) => await serve();
/** Meets the calls that fit with trouble. */
const where =
	(fits: (call: Call) => boolean, trouble: Interference): Interference =>
	async (call, serve) =>
		await (fits(call) ? trouble(call, serve) : serve());

describe('under pressure', () => {
	const desk = useField();
	let field: Field;
	let calls: Counter;
	beforeEach(() => {
		field = desk.field;
		calls = new Counter();
	});

	/** From now on calls are met so, and counted. */
	const meet = (trouble: Interference): void => {
		field.world.interference = calls.meeting(trouble);
	};
	/** So many are synchronised and some of them were edited since. */
	const edited = async (count = EDITED): Promise<string[]> => {
		const ids = field.people(PEOPLE);
		await field.carry();
		for (const id of ids.slice(0, count)) field.edit(id, { LastName: 'New' });
		return ids.slice(0, count);
	};
	const arrived = (ids: readonly string[]): number =>
		ids.filter((id) => {
			const { attributes } = field.inBrevo(id) as { attributes?: { LASTNAME?: string } };
			return attributes?.LASTNAME === 'New';
		}).length;
	const tasks = async (): Promise<number> => await field.world.tasks();

	test.each([1, 2, 3])(
		'%i contacts that Brevo stumbles over never block their page, and stay cheap',
		async (count) => {
			const ids = await edited();
			const bad = ids.slice(0, count);
			meet(where(({ what }) => bad.some((id) => what.includes(id)), failing(500)));
			expect(await runFor(field.world, 10 * MINUTE)).toEqual([]);
			expect(arrived(ids)).toBe(EDITED - count);
			await runFor(field.world, 2 * HOUR);
			calls.take();
			await runFor(field.world, HOUR);
			// Four times in an hour, and a look at whether Brevo is there.
			expect(calls.take().brevo).toBeLessThanOrEqual(4 * (count * TRIES + 1));
			const next = field.create({ LastName: 'New', Email: 'next@example.com' });
			await runFor(field.world, 2 * MINUTE);
			expect(arrived([next])).toBe(1);
			meet(serving);
			await runFor(field.world, LONGEST_WAIT + MINUTE);
			expect(arrived(ids)).toBe(EDITED);
		},
	);

	test('10,000 rejected records cost no task, and no call but the look at what changed', async () => {
		const count = 10_000;
		meet(serving);
		const ids = Array.from({ length: count }, (_, n) =>
			field.create({ LastName: `Last${n}`, Email: null }),
		);
		await runFor(field.world, 11 * MINUTE);
		expect(calls.take()).toMatchObject({ brevo: 0 });
		await runFor(field.world, HOUR);
		// The ledger is asked no more than where nothing waits.
		const { salesforce, brevo, ledger } = calls.take();
		expect([salesforce, brevo, await tasks()]).toEqual([60, 0, 0]);
		expect(ledger).toBeLessThanOrEqual(12 * 60);
		field.edit(ids[5_000] ?? '', { LastName: 'New', Email: 'corrected@example.com' });
		await runFor(field.world, 2 * MINUTE);
		expect(arrived(ids)).toBe(1);
		expect(await tasks()).toBe(1);
	});

	/* Seven runs in half an hour, nine in an hour: the waits between them grow. */
	test.each([
		{ to: 'brevo', status: 429, minutes: 30, count: EDITED, most: 7 * 8 * TRIES },
		{ to: 'brevo', status: 429, minutes: 30, count: 3, most: 7 * 3 * TRIES },
		// Eight are under way when the third of them fails for good.
		{ to: 'brevo', status: 503, minutes: 60, count: EDITED, most: 9 * (8 + 2) * TRIES },
		// The three, and a look at whether Brevo is there.
		{ to: 'brevo', status: 503, minutes: 60, count: 3, most: 9 * (3 + 1) * TRIES },
		{ to: 'salesforce', status: 503, minutes: 60, count: EDITED, most: 9 * 4 },
	])(
		'$minutes minutes of $status by $to, $count contacts waiting',
		async ({ to, status, minutes, count, most }) => {
			const ids = await edited(count);
			const before = await tasks();
			meet(where((call) => call.to === to, failing(status)));
			await runFor(field.world, minutes * MINUTE);
			const during = calls.take();
			expect(to === 'brevo' ? during.brevo : during.salesforce).toBeLessThanOrEqual(most);
			expect(arrived(ids)).toBe(0);
			if (status === 429) expect(await tasks()).toBe(before);
			meet(serving);
			expect(await runFor(field.world, LONGEST_WAIT + MINUTE)).toEqual([]);
			expect(arrived(ids)).toBe(count);
			expect(await tasks()).toBe(before + count);
		},
	);

	test('a Salesforce session that ends costs one login', async () => {
		const ids = await edited();
		field.world.salesforce.admin.expireSessions({});
		meet(serving);
		expect(await runFor(field.world, HOUR)).toEqual([]);
		expect(calls.take().by['POST /services/oauth2/token']).toBe(1);
		expect(arrived(ids)).toBe(EDITED);
	});

	test('an hour of a revoked Salesforce login', async () => {
		const ids = await edited();
		field.world.salesforce.admin.expireSessions({});
		const refusal = { error: 'invalid_grant', error_description: 'expired access/refresh token' };
		meet(
			where(
				isLogin,
				answering(() => ({ status: 400, body: refusal })),
			),
		);
		const troubles = await runFor(field.world, HOUR);
		const { salesforce, brevo } = calls.take();
		expect(new Set(troubles)).toEqual(
			new Set(['The Salesforce login has expired or was revoked (invalid_grant)']),
		);
		// Nine looks, each with the call that is refused and a login.
		expect([salesforce, brevo]).toEqual([18, 0]);
		meet(serving);
		expect(await runFor(field.world, LONGEST_WAIT + MINUTE)).toEqual([]);
		expect(arrived(ids)).toBe(EDITED);
	});

	test.each(['deleted', 'expired', 'ip'] as const)(
		'an hour of a Brevo key that is %s',
		async (state) => {
			const ids = await edited();
			const { brevo, integration, ledger } = field.world;
			brevo.admin.key({ key: BREVO_KEY, state });
			meet(serving);
			await runFor(field.world, HOUR);
			// The eight at a time that were under way, and one for each run after that.
			expect(calls.take().brevo).toBe(16);
			expect((await ledger.integrations.get(integration))?.state).toBe('failing');
			brevo.admin.key({ key: BREVO_KEY, state: 'valid' });
			expect(await runFor(field.world, LONGEST_WAIT + MINUTE)).toEqual([]);
			expect(arrived(ids)).toBe(EDITED);
			expect((await ledger.integrations.get(integration))?.state).toBe('active');
		},
	);

	test.each([
		{ clock: 'a day ahead', skew: DAY, trouble: 'nothing else', status: undefined },
		{ clock: 'a day behind', skew: -DAY, trouble: 'nothing else', status: undefined },
		{ clock: 'a day ahead', skew: DAY, trouble: '503 by Brevo', status: 503 },
		{ clock: 'a day behind', skew: -DAY, trouble: '503 by Brevo', status: 503 },
		{ clock: 'a day ahead', skew: DAY, trouble: '429 by Brevo', status: 429 },
	])('an hour of a clock that is $clock and $trouble', async ({ skew, status }) => {
		const { world } = field;
		// As in life, so that the pace plays a part.
		world.brevo.admin.setLimits({ contactsPerSecond: 10, otherPerHour: 100 });
		const ids = await edited(EDITED + LATE);
		const before = await tasks();
		const [early, late] = [ids.slice(0, EDITED), ids.slice(EDITED)];
		for (const id of late) field.edit(id, { LastName: 'Old' });
		world.skewMs = skew;
		meet(where(({ to }) => to === 'brevo', status ? failing(status) : serving));
		expect(await runFor(world, HOUR)).toEqual([]);
		const during = calls.take();
		if (!status) expect([arrived(early), during.brevo]).toEqual([EDITED, EDITED + LATE]);
		// It dies, and the clock is put right.
		await world.ledger.integrations.lease(world.integration, 'the dead', 30_000);
		world.skewMs = 0;
		for (const id of late) field.edit(id, { LastName: 'New' });
		meet(serving);
		expect(await runFor(world, LONGEST_WAIT + MINUTE)).toEqual([]);
		expect(arrived(ids)).toBe(EDITED + LATE);
		const isOutage = status !== undefined;
		expect(await tasks()).toBe(before + EDITED + (isOutage ? LATE : 2 * LATE));
		expect(field.brevo()).toHaveLength(PEOPLE);
	});

	test('an import that never ends is waited for once, then its contacts go one by one', async () => {
		const count = 100;
		const ids = field.people(count);
		for (const id of ids) field.edit(id, { LastName: 'New' });
		field.world.brevo.admin.importSpeed({ neverFinish: true });
		meet(serving);
		expect(await runFor(field.world, 30 * MINUTE)).toEqual([]);
		const { brevo, by } = calls.take();
		expect(by['POST /v3/contacts/import']).toBe(1);
		expect(by['POST /v3/contacts']).toBe(count);
		expect(brevo).toBeLessThanOrEqual(count + 1 + 40);
		expect([arrived(ids), await tasks()]).toEqual([count, count]);
		await runFor(field.world, 3 * HOUR);
		expect(calls.take().brevo).toBe(0);
		// And when it ends after all, nobody is there twice.
		field.world.brevo.admin.importSpeed({ msPerImport: 1, neverFinish: false });
		await runFor(field.world, HOUR);
		expect([field.brevo().length, await tasks()]).toEqual([count, count]);
	});
});

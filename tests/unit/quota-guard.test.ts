import type { SyncContext } from '../../sync/changes/change.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { guard, type GuardInput, type GuardRule } from '../../sync/quota/guard.ts';
import { periodAt } from '../../sync/quota/period.ts';
import { type GuardLedger, guardLedger, id } from './guard-ledger.ts';

const PARIS = { zone: 'Europe/Paris', anchorDay: 1 };
const BEFORE_MIDNIGHT = Date.parse('2026-11-30T22:59:59Z');
const november = periodAt(BEFORE_MIDNIGHT, PARIS);
const december = periodAt(november.endsAt, PARIS);

describe('the guard at the edges of the quota', () => {
	let desk: GuardLedger;
	let ledger: Ledger;
	let now: number;
	const rule = (changes: Partial<GuardRule> = {}): GuardRule => ({
		account: 'org-1',
		period: november,
		limit: 10,
		lane: 0,
		warnAt: 8,
		target: 'id:7',
		...changes,
	});

	beforeEach(async () => {
		now = BEFORE_MIDNIGHT;
		desk = await guardLedger(() => now);
		({ ledger } = desk);
	});
	afterEach(async () => {
		await desk.close();
	});

	const sync = (n: number, changes: Partial<SyncContext> = {}): SyncContext =>
		desk.sync(n, changes);
	const contact = (n: number, more: { emailBlacklisted?: true } = {}) => ({
		email: `c${n}@example.com`,
		ext_id: id(n),
		attributes: {},
		...more,
	});
	const edit = (n: number, changes: Partial<SyncContext> = {}): GuardInput => ({
		sync: sync(n, changes),
		contact: contact(n),
	});
	const optOut = (n: number): GuardInput => ({
		sync: sync(n),
		contact: contact(n, { emailBlacklisted: true }),
	});
	const deletion = (n: number): GuardInput => ({ sync: sync(n, { change: 'deleted' }) });

	const kinds = async (inputs: readonly GuardInput[], changes: Partial<GuardRule> = {}) =>
		(await guard(ledger, rule(changes), inputs)).decisions.map(({ kind }) => kind);
	const noteWritten = async (n: number, more: { salesforceOptedOut?: true } = {}) =>
		await ledger.links.written([
			{
				link: {
					integration: 'test',
					recordId: id(n),
					brevoAccount: 'org-1',
					target: '',
					fields: {},
					...more,
				},
			},
		]);
	const used = async (period: string) => (await ledger.quota.status('org-1', period))?.used;

	test('an opt-out is never held back by edits that came before it', async () => {
		const lane = { limit: 3, lane: 1 };
		expect(await kinds([edit(1), edit(2), edit(3), optOut(4)], lane)).toEqual([
			'allowed',
			'allowed',
			'held',
			'allowed',
		]);
	});

	test('neither is the deletion of a contact that this sync has written', async () => {
		await noteWritten(4);
		const lane = { limit: 3, lane: 1 };
		expect(await kinds([edit(1), edit(2), edit(3), deletion(4)], lane)).toEqual([
			'allowed',
			'allowed',
			'held',
			'allowed',
		]);
	});

	test('nor the opt-out of somebody else’s workflow', async () => {
		const inputs = [
			{ contact: contact(1) },
			{ contact: contact(2) },
			{ contact: contact(3, { emailBlacklisted: true }) },
		];
		expect(await kinds(inputs, { limit: 2, lane: 1 })).toEqual(['allowed', 'held', 'allowed']);
	});

	test('who opted out long ago waits with everybody else: what is kept for opt-outs stays theirs', async () => {
		await noteWritten(1, { salesforceOptedOut: true });
		await noteWritten(2);
		const lane = { limit: 2, lane: 2 };
		expect(await kinds([optOut(1), optOut(2), optOut(3)], lane)).toEqual([
			'held',
			'allowed',
			'allowed',
		]);
	});

	test('a month that ends in the middle of a batch: all of it counts in the month it began in', async () => {
		await kinds([edit(1), edit(2)]);
		now = november.endsAt + 1;
		await kinds([edit(3), edit(4)]);
		expect([await used(november.id), await used(december.id)]).toEqual([4, undefined]);
		// The batch that failed comes again in the new month: its tasks are paid already.
		await kinds([edit(1), edit(2), edit(3), edit(4), edit(5)], { period: december });
		expect([await used(november.id), await used(december.id)]).toEqual([4, 1]);
	});

	test('a notice goes again to the page that did not live to pass it on, and to no other', async () => {
		const notices = async (page: string | undefined, ...numbers: number[]) => {
			const inputs = numbers.map((n) => edit(n, page === undefined ? {} : { page }));
			return (await guard(ledger, rule({ limit: 4, warnAt: 2 }), inputs)).notices;
		};
		expect(await notices('page-1', 1, 2)).toEqual(['warning']);
		expect(await notices('page-2', 3)).toEqual([]);
		expect(await notices(undefined, 3)).toEqual([]);
		expect(await notices('page-1', 1, 2)).toEqual(['warning']);
	});
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SyncContext } from '../../sync/changes/change.ts';
import { type BackDelivery, deliverBack } from '../../sync/deliver/back.ts';
import { blankHash, fieldHash, fieldHashes } from '../../sync/field-hashes.ts';
import {
	backStreamOf,
	type FieldHashes,
	type Ledger,
	type Link,
} from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { CONFLICT_RULES, type ConflictRule } from '../../sync/merge.ts';
import type { Candidate, Verdict } from '../../sync/plan.ts';
import { isKnown, planBack } from '../../sync/plan-back.ts';
import type { Profile } from '../../sync/profile.ts';
import { guard, type GuardDecision } from '../../sync/quota/guard.ts';
import { periodAt } from '../../sync/quota/period.ts';
import { row, scripted } from './salesforce-fake.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const ACCOUNT = 'org-1';
const STREAM = backStreamOf('test');
const id = (n: number): string => `003dM00000000${String(n).padStart(2, '0')}QA4`;

describe('a change that was made in Brevo', () => {
	let folder: string;
	let ledger: Ledger;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'plan-back-'));
		ledger = await openLedger(
			{ kind: 'file', path: join(folder, 'l.sqlite') },
			{ clock: { now: () => NOW } },
		);
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	const person = (n: number, job = 'Buyer') => ({
		email: `c${n}@example.com`,
		attributes: { JOB: job },
	});
	const hashes = (n: number, job?: string): FieldHashes => fieldHashes(ledger, person(n, job));
	/** Notes that the record was written to Brevo with these values. */
	const linked = async (n: number, changes: Partial<Link> = {}): Promise<void> => {
		const link = { integration: 'test', recordId: id(n), brevoAccount: ACCOUNT, target: 'list' };
		await ledger.links.written([{ link: { ...link, fields: hashes(n), ...changes } }]);
	};
	const sync = (n: number, changes: Partial<SyncContext> = {}): SyncContext => ({
		integration: STREAM,
		backOf: 'test',
		ledger: ledger.id,
		object: 'Contact',
		id: id(n),
		change: 'updated',
		systemModstamp: '2026-11-23T08:59:00Z',
		...changes,
	});
	const edited = (
		n: number,
		job: string,
		contact: Partial<NonNullable<Candidate['contact']>> = {},
	): Candidate => ({
		sync: sync(n, { brevo: hashes(n, job) }),
		contact: { ...person(n, job), ...contact },
	});
	const deleted = (n: number): Candidate => ({ sync: sync(n, { change: 'deleted' }) });
	const plan = async (...candidates: readonly Candidate[]): Promise<Verdict[]> =>
		await planBack(ledger, ACCOUNT, candidates);
	const reserve = async (...keys: readonly string[]): Promise<void> => {
		await ledger.quota.reserve({
			account: ACCOUNT,
			period: '2026-11',
			periodEnds: NOW + 1,
			limit: 100,
			warnAt: 80,
			requests: keys.map((key) => ({ key, hash: 'h' })),
		});
	};

	describe('as the plan sees it', () => {
		test('that is what we wrote ourselves is unchanged: no write, no task', async () => {
			await linked(1);
			expect(await plan(edited(1, 'Buyer'))).toEqual([{ kind: 'unchanged' }]);
		});

		test('that nobody has told Salesforce yet is written', async () => {
			await linked(1);
			expect(await plan(edited(1, 'Seller'))).toMatchObject([{ kind: 'write' }]);
			expect(await plan(edited(1, ''))).toMatchObject([{ kind: 'write' }]);
		});

		test('of what was never written counts unless it is empty', async () => {
			await linked(1, { fields: { EMAIL: hashes(1)['EMAIL'] ?? '' } });
			expect(await plan(edited(1, ''))).toEqual([{ kind: 'unchanged' }]);
			expect(await plan(edited(1, 'Buyer'))).toMatchObject([{ kind: 'write' }]);
		});

		test('I5: of a contact that Salesforce did not bring is excluded, deletion included', async () => {
			await linked(2, { removedAt: NOW - 1 });
			const bornInBrevo = { kind: 'excluded', limit: 'born-in-brevo' };
			expect(await plan(edited(1, 'Seller'), edited(2, 'Seller'), deleted(1), deleted(2))).toEqual([
				bornInBrevo,
				bornInBrevo,
				bornInBrevo,
				bornInBrevo,
			]);
		});

		test('I5: of a contact of another integration is excluded', async () => {
			await linked(1, { integration: 'other' });
			expect(await plan(edited(1, 'Seller'))).toMatchObject([{ limit: 'born-in-brevo' }]);
		});

		test('that deletes the contact is always looked at', async () => {
			await linked(1);
			expect(await plan(deleted(1))).toMatchObject([{ kind: 'write' }]);
		});

		test('that is a new opt-out is written although no field has changed; a known one is not', async () => {
			await linked(1);
			await linked(2, { brevoOptedOut: true });
			const optOut = { emailBlacklisted: true } as const;
			expect(await plan(edited(1, 'Buyer', optOut), edited(2, 'Buyer', optOut))).toMatchObject([
				{ kind: 'write' },
				{ kind: 'unchanged' },
			]);
		});

		test('whose last write back was never settled is written again, whatever the link says', async () => {
			await linked(1);
			await linked(2);
			// The way there of the second is its own write.
			await reserve(`test|to-salesforce|${id(1)}`, `test|to-brevo|${id(2)}`);
			expect(await plan(edited(1, 'Buyer'), edited(2, 'Buyer'))).toEqual([
				{ kind: 'write', hash: expect.any(String) as string, inDoubt: true },
				{ kind: 'unchanged' },
			]);
		});

		test('has one identity while it is the same, and another when it is not', async () => {
			await linked(1);
			const hashOf = async (candidate: Candidate): Promise<string | undefined> => {
				const [verdict] = await plan(candidate);
				return verdict?.kind === 'write' ? verdict.hash : undefined;
			};
			const first = await hashOf(edited(1, 'Seller'));
			expect(await hashOf(edited(1, 'Seller'))).toBe(first);
			const others = [
				await hashOf(edited(1, 'Driver')),
				await hashOf(edited(1, 'Seller', { emailBlacklisted: true })),
				await hashOf(deleted(1)),
			];
			expect(new Set([first, ...others]).size).toBe(4);
		});

		test('is judged by itself: verdicts come in the order asked', async () => {
			for (const n of [1, 2, 3]) await linked(n);
			const kinds = async (...candidates: readonly Candidate[]) =>
				(await plan(...candidates)).map(({ kind }) => kind);
			const all = [edited(1, 'Buyer'), edited(2, 'Seller'), edited(4, 'Buyer'), deleted(3)];
			expect(await kinds(...all)).toEqual(['unchanged', 'write', 'excluded', 'write']);
			expect(await kinds(...all.toReversed())).toEqual(['write', 'excluded', 'write', 'unchanged']);
			expect(await kinds()).toEqual([]);
		});

		test('is known when each attribute has its last value, or was never there and is empty', () => {
			const link = { fields: hashes(1) } as Link;
			const hash = (name: string, value: string) => fieldHash(ledger, name, value);
			expect(isKnown(ledger, link, {})).toBe(true);
			expect(isKnown(ledger, link, { JOB: hash('JOB', 'Buyer') })).toBe(true);
			expect(isKnown(ledger, link, { JOB: blankHash(ledger, 'JOB') })).toBe(false);
			expect(isKnown(ledger, link, { SMS: blankHash(ledger, 'SMS') })).toBe(true);
			expect(isKnown(ledger, link, { SMS: hash('SMS', '33612345678') })).toBe(false);
			// "Empty" of one attribute is not that of another.
			expect(isKnown(ledger, link, { SMS: blankHash(ledger, 'JOB') })).toBe(false);
		});
	});

	describe('as the guard lets it through', () => {
		const guarded = async (
			limit: number,
			...candidates: readonly Candidate[]
		): Promise<readonly GuardDecision[]> => {
			const period = periodAt(NOW, { zone: 'UTC', anchorDay: 1 });
			const rule = { account: ACCOUNT, period, limit, lane: 0, warnAt: 100, target: '' };
			return (await guard(ledger, rule, candidates)).decisions;
		};
		const used = async (): Promise<number | undefined> =>
			(await ledger.quota.current(ACCOUNT, NOW))?.used;

		test('costs one task; what is unchanged or born in Brevo costs none', async () => {
			await linked(1);
			await linked(2);
			const decisions = await guarded(
				10,
				edited(1, 'Seller'),
				edited(2, 'Buyer'),
				edited(3, 'Seller'),
			);
			expect(decisions).toMatchObject([
				{ kind: 'allowed', task: { account: ACCOUNT, key: `test|to-salesforce|${id(1)}` } },
				{ outcome: 'unchanged' },
				{ outcome: 'excluded', limit: 'born-in-brevo' },
			]);
			expect(await used()).toBe(1);
		});

		test('is deferred when the month has no task left, and waits in its own stream', async () => {
			await linked(1);
			await linked(2);
			expect(await guarded(1, edited(1, 'Seller'), edited(2, 'Seller'))).toMatchObject([
				{ kind: 'allowed' },
				{ outcome: 'deferred', limit: 'quota-exhausted' },
			]);
			expect(await ledger.pages.dueDeferred(STREAM, NOW, true, 10)).toEqual([id(2)]);
			expect(await ledger.pages.deferredCount('test')).toBe(0);
		});

		test('and the same record’s change in Salesforce are two writes and two tasks', async () => {
			await linked(1);
			const { backOf, ...rest } = sync(1);
			const there = { sync: { ...rest, integration: backOf ?? '' }, contact: person(1, 'Driver') };
			await guarded(10, edited(1, 'Seller'));
			await guarded(10, there);
			expect(await used()).toBe(2);
		});
	});

	describe('to a field that was changed in Salesforce too', () => {
		const profile = (rule: ConflictRule | undefined): Profile => ({
			object: 'Contact',
			rows: [
				{ attribute: 'EMAIL', field: 'Email' },
				{ attribute: 'JOB', field: 'Title', ...(rule && { rule }) },
			],
			fields: [
				{ name: 'Email', label: 'Email', type: 'email', length: 80, updateable: true },
				{ name: 'Title', label: 'Title', type: 'string', length: 128, updateable: true },
			],
			attributes: [{ name: 'JOB', category: 'normal', type: 'text' }],
			options: {},
			optOuts: false,
		});
		/** Brevo has Seller, Salesforce what is given; both had Buyer. */
		async function carry(title: string, rule?: ConflictRule, stampInSalesforce = '08:00:00') {
			await linked(1);
			const record = row(id(1), {
				Email: 'c1@example.com',
				Title: title,
				IsDeleted: false,
				SystemModstamp: `2026-11-23T${stampInSalesforce}.000+0000`,
			});
			const { connection, requests } = scripted([
				{ status: 200, body: { totalSize: 1, done: true, records: [record] } },
				{ status: 200, body: [{ id: id(1), success: true, errors: [] }] },
			]);
			const delivery: BackDelivery = {
				sync: sync(1, { brevo: hashes(1, 'Seller') }),
				fields: { Email: 'c1@example.com', Title: 'Seller' },
				optsOut: false,
			};
			const host = { ...connection.host, clock: { now: () => NOW } };
			const brake = { number: 20, share: 0.1 };
			const tools = { connection, ledger, host, profile: profile(rule), brake } as const;
			const { delivered } = await deliverBack({ ...tools, onDeletion: 'nothing' }, [delivery]);
			const written = requests.filter(({ method }) => method === 'PATCH');
			return { delivered: delivered[0], written };
		}
		const conflicts = async () =>
			(await ledger.conflicts.list('test', 10)).map(({ recordId, field, winner }) => ({
				recordId,
				field,
				winner,
			}));
		const known = async (): Promise<string | undefined> =>
			(await ledger.links.get('test', [id(1)])).get(id(1))?.fields['JOB'];

		test.each([
			[undefined, '08:00:00'],
			['salesforce', '08:00:00'],
			['newest', '09:00:00'],
			['neverBlank', '08:00:00'],
		] as const)(
			'rule %s: Salesforce’s stands, nothing is written, the loss is noted',
			async (rule, at) => {
				const { delivered, written } = await carry('Driver', rule, at);
				expect(delivered).toEqual({ kind: 'excluded', limit: 'conflict-lost', field: 'JOB' });
				expect(written).toEqual([]);
				expect(await conflicts()).toEqual([
					{ recordId: id(1), field: 'JOB', winner: 'salesforce' },
				]);
				// Brevo has yet to be told: the way there must go on seeing a change.
				expect(await known()).toBe(hashes(1)['JOB']);
			},
		);

		test.each([
			['brevo', 'Driver', '09:00:00'],
			['newest', 'Driver', '08:00:00'],
			['neverBlank', '', '09:00:00'],
		] as const)(
			'rule %s: Brevo’s stands over %j and is written, the loss is noted',
			async (rule, title, at) => {
				const { delivered, written } = await carry(title, rule, at);
				expect(delivered).toEqual({ kind: 'written', how: 'updated', fields: ['Title'] });
				expect(JSON.parse(written[0]?.body ?? '')).toMatchObject({
					records: [{ id: id(1), Title: 'Seller' }],
				});
				expect(await conflicts()).toEqual([{ recordId: id(1), field: 'JOB', winner: 'brevo' }]);
				expect(await known()).toBe(hashes(1, 'Seller')['JOB']);
			},
		);

		test.each(CONFLICT_RULES)('rule %s: changed in Brevo alone is no conflict', async (rule) => {
			const { delivered } = await carry('Buyer', rule, '09:00:00');
			expect(delivered).toMatchObject({ kind: 'written', fields: ['Title'] });
			expect(await conflicts()).toEqual([]);
		});

		test.each(CONFLICT_RULES)(
			'rule %s: changed alike is no conflict and no write',
			async (rule) => {
				const { written } = await carry('Seller', rule, '09:00:00');
				expect(written).toEqual([]);
				expect(await conflicts()).toEqual([]);
				expect(await known()).toBe(hashes(1, 'Seller')['JOB']);
			},
		);

		test('the ledger notes which field, never a value', async () => {
			await carry('Driver');
			expect(JSON.stringify(await ledger.conflicts.list('test', 10))).not.toMatch(/Driver|Seller/);
		});
	});
});

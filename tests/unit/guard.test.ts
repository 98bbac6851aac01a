import type { SyncContext } from '../../sync/changes/change.ts';
import { fieldHashes } from '../../sync/field-hashes.ts';
import { identifierHashes } from '../../sync/identity.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { MappedContact } from '../../sync/mapping/map-record.ts';
import { targetHash } from '../../sync/plan.ts';
import { guard, type GuardInput, type GuardRule } from '../../sync/quota/guard.ts';
import { periodAt } from '../../sync/quota/period.ts';
import { type GuardLedger, guardLedger, id } from './guard-ledger.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');

describe('the guard', () => {
	let desk: GuardLedger;
	let ledger: Ledger;
	const rule = (changes: Partial<GuardRule> = {}): GuardRule => ({
		account: 'org-1',
		period: periodAt(NOW, { zone: 'UTC', anchorDay: 1 }),
		limit: 100,
		lane: 0,
		warnAt: 80,
		target: 'id:7',
		...changes,
	});

	beforeEach(async () => {
		desk = await guardLedger(() => NOW);
		({ ledger } = desk);
	});
	afterEach(async () => {
		await desk.close();
	});

	const sync = (n: number, changes: Partial<SyncContext> = {}): SyncContext =>
		desk.sync(n, changes);
	const contact = (n: number, attributes: MappedContact['attributes'] = {}): MappedContact => ({
		email: `c${n}@example.com`,
		ext_id: id(n),
		attributes,
	});
	const input = (n: number, attributes: MappedContact['attributes'] = {}): GuardInput => ({
		sync: sync(n),
		contact: contact(n, attributes),
	});
	const removal = (n: number, changes: Partial<SyncContext> = {}): GuardInput => ({
		sync: sync(n, { change: 'deleted', ...changes }),
	});

	/** Runs the guard and writes what it allowed, as Brevo Contact List does. */
	async function guardAndWrite(
		inputs: readonly GuardInput[],
		changes: Partial<GuardRule> = {},
	): Promise<string[]> {
		const { decisions } = await guard(ledger, rule(changes), inputs);
		for (const [index, decision] of decisions.entries()) {
			const { sync: context, contact: written } = inputs[index] ?? {};
			if (decision.kind !== 'allowed' || !context) continue;
			await ledger.links.written([
				{
					link: {
						integration: 'test',
						recordId: context.id,
						brevoAccount: 'org-1',
						target: targetHash(ledger, rule(changes).target),
						fields: written ? fieldHashes(ledger, written) : {},
						...(written && identifierHashes(ledger, written)),
						...(!written && { removedAt: NOW }),
					},
					task: decision.task,
				},
			]);
		}
		return decisions.map((decision) =>
			decision.kind === 'allowed'
				? 'allowed'
				: `${decision.outcome} ${decision.limit ?? ''}`.trim(),
		);
	}
	const used = async (): Promise<number | undefined> =>
		(await ledger.quota.status('org-1', rule().period.id))?.used;

	test('a contact that has not changed since it was written costs no task', async () => {
		expect(await guardAndWrite([input(1), input(2)])).toEqual(['allowed', 'allowed']);
		expect(await guardAndWrite([input(1), input(2, { CITY: 'Paris' })])).toEqual([
			'unchanged',
			'allowed',
		]);
		expect(await used()).toBe(3);
	});

	test('another list makes a contact count as changed', async () => {
		await guardAndWrite([input(1)]);
		expect(await guardAndWrite([input(1)], { target: 'id:8' })).toEqual(['allowed']);
	});

	test('a phone emptied in Salesforce is not emptied in Brevo and costs no task (limit phone-cleared)', async () => {
		await guardAndWrite([input(1, { SMS: '+15127579340' })]);
		expect(await guardAndWrite([input(1)])).toEqual(['unchanged']);
		expect(await guardAndWrite([input(1, { SMS: '+15127579341' })])).toEqual(['allowed']);
	});

	test('tasks never exceed the limit; what does not fit is deferred by id and comes first when there is room', async () => {
		const inputs = [1, 2, 3, 4].map((n) => input(n));
		expect(await guardAndWrite(inputs, { limit: 2 })).toEqual([
			'allowed',
			'allowed',
			'deferred quota-exhausted',
			'deferred quota-exhausted',
		]);
		expect(await used()).toBe(2);
		expect(await ledger.quota.hasRoom('org-1', NOW)).toBe(false);
		expect(await ledger.pages.dueDeferred('test', NOW, true, 10)).toEqual([id(3), id(4)]);
		expect(await ledger.pages.dueDeferred('test', NOW, false, 10)).toEqual([]);
		expect(await guardAndWrite([input(3), input(4)], { limit: 10 })).toEqual([
			'allowed',
			'allowed',
		]);
		expect(await ledger.pages.deferredCount('test')).toBe(0);
		expect(await used()).toBe(4);
	});

	test('a write that a crash left unsettled is not charged twice', async () => {
		await guard(ledger, rule(), [input(1)]);
		const again = await guard(ledger, rule(), [input(1)]);
		expect(again.decisions[0]?.kind).toBe('allowed');
		expect(await used()).toBe(1);
	});

	test('two records with one address: the one that was there first keeps it, the other is rejected by name', async () => {
		const twin = { sync: sync(2), contact: { ...contact(1), ext_id: id(2) } };
		const { decisions } = await guard(ledger, rule(), [input(1), twin]);
		expect(decisions[1]).toMatchObject({
			outcome: 'rejected',
			limit: 'email-duplicate',
			owner: id(1),
		});
		await guardAndWrite([input(1)]);
		expect(await guardAndWrite([twin])).toEqual(['rejected email-duplicate']);
		expect(
			(await ledger.pages.rejections('test')).map(({ recordId, limit }) => [recordId, limit]),
		).toEqual([[id(2), 'email-duplicate']]);
	});

	test('a record of two integrations stays with the first; the second is told that it is the same record', async () => {
		await guardAndWrite([input(1)]);
		const second = { sync: sync(1, { integration: 'second' }), contact: contact(1) };
		const { decisions } = await guard(ledger, rule(), [second]);
		expect(decisions).toMatchObject([{ outcome: 'rejected', limit: 'record-duplicate' }]);
	});

	test('I5: a deletion reaches only what this sync has written, and only once', async () => {
		expect(await guardAndWrite([removal(1)])).toEqual(['excluded not-linked']);
		await guardAndWrite([input(1)]);
		expect(await guardAndWrite([removal(1, { change: 'merged', masterRecordId: id(2) })])).toEqual([
			'allowed',
		]);
		expect(await guardAndWrite([removal(1)])).toEqual(['unchanged']);
		expect(await guardAndWrite([input(1)])).toEqual(['allowed']);
	});

	test('a contact whose run died before the ledger knew of it is removed with its record, which was deleted meanwhile (found by the crash test)', async () => {
		await guard(ledger, rule(), [input(1)]);
		expect(await guardAndWrite([removal(1)])).toEqual(['allowed']);
		expect(await guardAndWrite([removal(1)])).toEqual(['unchanged']);
		// So is one that was removed, came back, and was deleted again.
		await guard(ledger, rule(), [input(1)]);
		expect(await guardAndWrite([removal(1)])).toEqual(['allowed']);
	});

	test('the notices come once each, however many runs follow', async () => {
		const notices = async (from: number, to: number): Promise<readonly string[]> => {
			const inputs = Array.from({ length: to - from }, (_, at) => input(from + at));
			return (await guard(ledger, rule({ limit: 10, warnAt: 8 }), inputs)).notices;
		};
		expect(await notices(0, 7)).toEqual([]);
		expect(await notices(7, 9)).toEqual(['warning']);
		expect(await notices(9, 12)).toEqual(['exhausted']);
		expect(await notices(12, 14)).toEqual([]);
	});

	test('an item without sync context costs a task and is no error', async () => {
		const result = await guard(ledger, rule({ limit: 1 }), [
			{ contact: contact(1) },
			{ contact: contact(2) },
		]);
		expect(result.decisions.map(({ kind }) => kind)).toEqual(['allowed', 'held']);
		expect(result.status).toMatchObject({ used: 1, limit: 1 });
	});
});

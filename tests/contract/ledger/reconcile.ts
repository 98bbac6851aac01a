import type { RecordOutcome } from '../../../sync/ledger/ledger.ts';
import { contactIntegration, salesforceId, START, useLedger, type Place } from './desk.ts';

const integration = 'Contacts';
const [a, b, c, d] = [1, 2, 3, 4].map(salesforceId) as [string, string, string, string];

export function registerReconcileTests(place: Place): void {
	const desk = useLedger(place);
	const waits = (recordId: string, more: Partial<RecordOutcome> = {}): RecordOutcome => ({
		integration,
		recordId,
		outcome: 'deferred',
		limit: 'drift',
		dueAt: 1,
		...more,
	});

	it('what a trigger brings is remembered with its integration', async () => {
		const { integrations } = desk.ledger;
		await integrations.activate(contactIntegration);
		expect(await integrations.get(integration)).not.toHaveProperty('scope');
		await integrations.saveScope(integration, '{"kinds":["created"]}');
		await integrations.activate(contactIntegration);
		expect((await integrations.get(integration))?.scope).toBe('{"kinds":["created"]}');
	});

	it('a deferred record that was known to be deleted is known as such until the next word', async () => {
		const { pages } = desk.ledger;
		await pages.record([waits(a, { gone: true }), waits(b)]);
		expect(await pages.gone(integration, [a, b, c])).toEqual(new Set([a]));
		expect(await pages.gone('Other', [a])).toEqual(new Set());
		await pages.record([waits(a), waits(b, { gone: true })]);
		expect(await pages.gone(integration, [a, b, c])).toEqual(new Set([b]));
	});

	it('where records stand, and how many wait for a reason', async () => {
		const { pages } = desk.ledger;
		const rejected = { ...waits(c), outcome: 'rejected' as const, limit: 'phone-digits' };
		await pages.record([waits(a), waits(b, { limit: 'quota-exhausted', dueAt: 0 }), rejected]);
		expect(await pages.standing(integration, [a, b, c, d])).toEqual(
			new Map([
				[c, { kind: 'rejected', limit: 'phone-digits' }],
				[a, { kind: 'deferred', limit: 'drift' }],
				[b, { kind: 'deferred', limit: 'quota-exhausted' }],
			]),
		);
		expect(await pages.standing('Other', [a])).toEqual(new Map());
		expect(await pages.deferredCount(integration)).toBe(2);
		expect(await pages.deferredCount(integration, 'drift')).toBe(1);
	});

	it('a contact that is misplaced is as linked as before, but nowhere', async () => {
		const { links } = desk.ledger;
		const base = { integration, brevoAccount: 'brevo-1', target: 'list-1' };
		const fields = { EMAIL: 'h' };
		await links.written([
			{ link: { ...base, fields, recordId: a, brevoId: 7, emailHash: 'e1' } },
			{ link: { ...base, fields, recordId: b, removedAt: START } },
			{ link: { ...base, fields, recordId: c } },
		]);
		await links.misplaced(integration, [a, b]);
		const found = await links.get(integration, [a, b, c]);
		expect(found.get(a)).toMatchObject({ target: '', fields, brevoId: 7, emailHash: 'e1' });
		expect(found.get(b)).toMatchObject({ target: '', removedAt: START });
		expect(found.get(c)).toMatchObject({ target: 'list-1' });
		expect(await links.count(integration)).toBe(2);
	});

	it('a target stands for the lists that were noted last', async () => {
		const { links } = desk.ledger;
		expect(await links.places(integration)).toEqual(new Map());
		await links.notePlace(integration, 'one', [5]);
		await links.notePlace(integration, 'two', [7, 6, 6]);
		await links.notePlace(integration, 'one', [8]);
		await links.notePlace('Other', 'one', [9]);
		expect(await links.places(integration)).toEqual(
			new Map([
				['one', [8]],
				['two', [6, 7]],
			]),
		);
	});
}

import type { Link } from '../../../sync/ledger/ledger.ts';
import { backStreamOf } from '../../../sync/ledger/ledger.ts';
import { contactIntegration, DAY, salesforceId, START, useLedger, type Place } from './desk.ts';

const integration = contactIntegration.name;
const stream = backStreamOf(integration);
const brevoAccount = 'brevo-1';
const [a, b, c] = [salesforceId(1), salesforceId(2), salesforceId(3)];

const linkOf = (recordId: string, more: Partial<Link> = {}) => ({
	integration,
	recordId,
	brevoAccount,
	target: 'list-1',
	fields: {},
	...more,
});

/** What the way back asks of a ledger. */
export function registerBothWaysTests(place: Place): void {
	const desk = useLedger(place);

	describe('hints', () => {
		it('come oldest first, one for a record, each stream its own', async () => {
			const { hints } = desk.ledger;
			await hints.note(stream, [b, a, b]);
			desk.clock.time += 1;
			await hints.note(stream, [c]);
			await hints.note('another', [c]);
			const pending = await hints.pending(stream, 10);
			expect(pending.map(({ recordId }) => recordId)).toEqual([a, b, c]);
			expect(await hints.pending(stream, 1)).toEqual([{ recordId: a, notedAt: START }]);
			expect(await hints.pending('another', 10)).toHaveLength(1);
		});

		it('a hint that comes while its record is looked at is not cleared with the earlier one', async () => {
			const { hints } = desk.ledger;
			await hints.note(stream, [a]);
			const seen = await hints.pending(stream, 10);
			// In the same millisecond.
			await hints.note(stream, [a]);
			await hints.clear(stream, seen);
			const left = await hints.pending(stream, 10);
			expect(left).toEqual([{ recordId: a, notedAt: START + 1 }]);
			await hints.clear(stream, left);
			expect(await hints.pending(stream, 10)).toEqual([]);
		});

		it('2,000 at once, and none', async () => {
			const { hints } = desk.ledger;
			await hints.note(stream, []);
			await hints.note(
				stream,
				Array.from({ length: 2_000 }, (_, at) => salesforceId(at)),
			);
			expect(await hints.pending(stream, 5_000)).toHaveLength(2_000);
		});
	});

	it('a conflict is kept once a record and field, the last one, newest first', async () => {
		const { conflicts } = desk.ledger;
		const conflict = (recordId: string, field: string, winner: 'salesforce' | 'brevo') => ({
			integration,
			recordId,
			field,
			winner,
		});
		await conflicts.note([conflict(a, 'JOB', 'brevo'), conflict(b, 'JOB', 'brevo')]);
		desk.clock.time += 1;
		await conflicts.note([conflict(a, 'JOB', 'brevo'), conflict(a, 'JOB', 'salesforce')]);
		expect(await conflicts.list(integration, 10)).toEqual([
			{ ...conflict(a, 'JOB', 'salesforce'), at: START + 1 },
			{ ...conflict(b, 'JOB', 'brevo'), at: START },
		]);
		expect(await conflicts.list(integration, 1)).toHaveLength(1);
		expect(await conflicts.list('another', 10)).toEqual([]);
	});

	it('what is written merges with what was written of other fields', async () => {
		const { links } = desk.ledger;
		await links.written([{ link: linkOf(a, { fields: { EMAIL: 'e', JOB: 'j' } }) }]);
		await links.written([{ link: linkOf(a, { fields: { JOB: 'k' } }) }]);
		expect((await links.get(integration, [a])).get(a)?.fields).toEqual({ EMAIL: 'e', JOB: 'k' });
	});

	it('who opted out on a side is remembered through a write that does not speak of it', async () => {
		const { links } = desk.ledger;
		await links.written([{ link: linkOf(a, { brevoOptedOut: true }) }]);
		await links.written([{ link: linkOf(a, { fields: { JOB: 'k' } }) }]);
		const link = (await links.get(integration, [a])).get(a);
		expect(link).toMatchObject({ brevoOptedOut: true });
		await links.revise([{ integration, recordId: a, brevoOptedOut: false }]);
		expect((await links.get(integration, [a])).get(a)?.brevoOptedOut ?? false).toBe(false);
	});

	it('the ids of live links come in order, a page at a time', async () => {
		const { links } = desk.ledger;
		await links.written([c, a, b].map((id) => ({ link: linkOf(id) })));
		await links.written([{ link: linkOf(b, { removedAt: START }) }]);
		expect(await links.ids(integration, '', 1)).toEqual([a]);
		expect(await links.ids(integration, a, 10)).toEqual([c]);
		expect(await links.ids(integration, c, 10)).toEqual([]);
	});

	it('a record that waits for an address comes again once the owner has left it', async () => {
		const { integrations, links, pages } = desk.ledger;
		await integrations.activate(contactIntegration);
		await links.written([{ link: linkOf(a, { emailHash: 'shared' }) }]);
		const { id: page } = await pages.open(integration, 'changes', [b]);
		await pages.record([
			{
				integration,
				page,
				recordId: b,
				outcome: 'rejected',
				limit: 'duplicate-identifier',
				waitsFor: 'shared',
			},
		]);
		await pages.acknowledge({ integration, page, seen: [] });
		expect(await pages.dueDeferred(integration, START, true, 10)).toEqual([]);
		await links.written([{ link: linkOf(a, { emailHash: 'other' }) }]);
		expect(await pages.dueDeferred(integration, START, false, 10)).toEqual([b]);
	});

	it('two that wait for each other’s addresses come again together', async () => {
		const { integrations, links, pages } = desk.ledger;
		await integrations.activate(contactIntegration);
		await links.written([
			{ link: linkOf(a, { emailHash: 'of-a' }) },
			{ link: linkOf(b, { emailHash: 'of-b' }) },
		]);
		const { id: page } = await pages.open(integration, 'changes', [a, b]);
		const refused = (recordId: string, waitsFor: string) => ({
			...{ integration, page, recordId, waitsFor },
			outcome: 'rejected' as const,
			limit: 'duplicate-identifier',
			field: 'EMAIL',
		});
		await pages.record([refused(a, 'of-b'), refused(b, 'of-a')]);
		await pages.acknowledge({ integration, page, seen: [] });
		const due = await pages.dueDeferred(integration, START + DAY, false, 10);
		expect([...due].sort()).toEqual([a, b]);
	});
}

import type { Link } from '../../../sync/ledger/ledger.ts';
import { DAY, salesforceId, START, useLedger, type Place } from './desk.ts';

const integration = 'Contacts';
const brevoAccount = 'brevo-1';
const a = salesforceId(1);
const b = salesforceId(2);
const quota = {
	account: brevoAccount,
	period: '2026-11',
	periodEnds: START + DAY,
	limit: 9,
	warnAt: 9,
};

const linkOf = (recordId: string, more: Partial<Link> = {}) => ({
	integration,
	recordId,
	brevoAccount,
	target: 'list-1',
	fields: { EMAIL: `hash-${recordId}` },
	...more,
});

export function registerLinkTests(place: Place): void {
	const desk = useLedger(place);

	it('a link tells what was last written', async () => {
		const { links } = desk.ledger;
		const more = { brevoId: 7, emailHash: 'e1', smsHash: 's1' };
		await links.written([{ link: linkOf(a, more) }, { link: linkOf(b) }]);
		expect(await links.get(integration, [a, b, salesforceId(3)])).toEqual(
			new Map([
				[a, { ...linkOf(a, more), writtenAt: START }],
				[b, { ...linkOf(b), writtenAt: START }],
			]),
		);
		desk.clock.time += 1;
		await links.written([{ link: linkOf(a, { fields: { EMAIL: 'new' } }) }]);
		expect((await links.get(integration, [a])).get(a)).toEqual({
			...linkOf(a, { fields: { EMAIL: 'new' }, brevoId: 7 }),
			writtenAt: START + 1,
		});
		expect(await links.count(integration)).toBe(2);
	});

	it('a removed link owns nothing and forgets the contact id when it is written again', async () => {
		const { links } = desk.ledger;
		await links.written([{ link: linkOf(a, { brevoId: 7, emailHash: 'e1' }) }]);
		await links.written([{ link: linkOf(a, { brevoId: 7, emailHash: 'e1', removedAt: START }) }]);
		expect(await links.owners(brevoAccount, [{ emailHash: 'e1' }])).toEqual(new Map());
		expect(await links.count(integration)).toBe(0);
		expect((await links.get(integration, [a])).get(a)?.removedAt).toBe(START);
		await links.written([{ link: linkOf(a, { emailHash: 'e1' }) }]);
		const link = (await links.owners(brevoAccount, [{ emailHash: 'e1' }])).get('e1');
		expect(link).toEqual({ ...linkOf(a, { emailHash: 'e1' }), writtenAt: START });
	});

	it('the owner of an address is found by its hash, in its own Brevo account', async () => {
		const { links } = desk.ledger;
		await links.written([{ link: linkOf(a, { emailHash: 'e1', smsHash: 's1' }) }]);
		await links.written([{ link: linkOf(b, { emailHash: 'e2' }) }]);
		const owners = await links.owners(brevoAccount, [
			{ emailHash: 'e1', smsHash: 's1' },
			{ emailHash: 'e2', smsHash: 'nobody' },
		]);
		expect([...owners].map(([hash, link]) => [hash, link.recordId]).sort()).toEqual([
			['e1', a],
			['e2', b],
			['s1', a],
		]);
		expect(await links.owners('brevo-2', [{ emailHash: 'e1' }])).toEqual(new Map());
	});

	it('an address belongs to one record: who had it before waits until it is free again', async () => {
		const { links, pages } = desk.ledger;
		await links.written([{ link: linkOf(a, { emailHash: 'e1' }) }]);
		await links.written([{ link: linkOf(b, { emailHash: 'e1' }) }]);
		expect((await links.owners(brevoAccount, [{ emailHash: 'e1' }])).get('e1')?.recordId).toBe(b);
		expect((await links.get(integration, [a])).get(a)?.removedAt).toBe(desk.clock.time);
		const waiting = [{ recordId: a, limit: 'email-duplicate' }];
		expect(await pages.rejections(integration)).toMatchObject(waiting);
		expect(await pages.waitingFor(integration, [a, b])).toEqual(new Map([[a, 'e1']]));
		await links.written([{ link: linkOf(b, { emailHash: 'e2' }) }]);
		expect(await pages.rejections(integration)).toEqual([]);
		expect(await pages.dueDeferred(integration, desk.clock.time, false, 9)).toEqual([a]);
	});

	it('a written record settles its task, its outcome, its deferral and its rejection at once', async () => {
		const { links, pages, quota: tasks } = desk.ledger;
		await pages.record([
			{ integration, recordId: a, outcome: 'deferred', limit: 'monthly-quota' },
			{ integration, recordId: b, outcome: 'rejected', limit: 'phone-digits' },
		]);
		const page = (await pages.open(integration, 'changes', [a, b])).id;
		const requests = [
			{ key: 'a', hash: 'h' },
			{ key: 'b', hash: 'h' },
		];
		await tasks.reserve({ ...quota, requests });
		const entries = [
			{ link: linkOf(a), page, task: { account: brevoAccount, key: 'a' } },
			{ link: linkOf(b), page, task: { account: brevoAccount, key: 'b' } },
		];
		await links.written(entries);
		await links.written(entries);
		await tasks.release(entries.map(({ task }) => task));
		expect(await tasks.status(brevoAccount, '2026-11')).toMatchObject({ used: 2 });
		expect(await pages.deferredCount(integration)).toBe(0);
		expect(await pages.rejections(integration)).toEqual([]);
		const activity = await pages.acknowledge({ integration, page, seen: [] });
		expect(activity).toMatchObject({ read: 2, written: 2, tasks: 2 });
	});

	it('the tasks of an attempt that died are counted with the page', async () => {
		const { links, pages, quota: tasks } = desk.ledger;
		const page = (await pages.open(integration, 'changes', [a])).id;
		await tasks.reserve({ ...quota, requests: [{ key: 'a', hash: 'h' }] });
		const entry = { link: linkOf(a), page, task: { account: brevoAccount, key: 'a' } };
		await links.written([entry]);
		await pages.open(integration, 'changes', [a, b]);
		await links.written([entry]);
		await pages.record([{ integration, page, recordId: a, outcome: 'unchanged' }]);
		const activity = await pages.acknowledge({ integration, page, seen: [] });
		expect(activity).toMatchObject({ read: 2, written: 1, excluded: 1, tasks: 1 });
	});

	it('20,000 links are stored in pages and found again', async () => {
		const { links } = desk.ledger;
		const ids = Array.from({ length: 20_000 }, (_, number) => salesforceId(number));
		const started = performance.now();
		for (let first = 0; first < ids.length; first += 1_000) {
			await links.written(
				ids
					.slice(first, first + 1_000)
					.map((id) => ({ link: linkOf(id, { emailHash: `e${id}` }) })),
			);
		}
		const rate = Math.round((ids.length / (performance.now() - started)) * 1_000);
		process.stdout.write(`links written: ${rate.toLocaleString('en')}/s\n`);
		expect((await links.get(integration, ids)).size).toBe(20_000);
		expect(
			(
				await links.owners(
					brevoAccount,
					ids.map((id) => ({ emailHash: `e${id}` })),
				)
			).size,
		).toBe(20_000);
	});
}

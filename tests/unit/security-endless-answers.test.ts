import { allContacts } from '../../sync/brevo/changed.ts';
import { getContact } from '../../sync/brevo/contacts.ts';
import { BrevoUnavailableError } from '../../sync/brevo/errors.ts';
import { searchLists } from '../../sync/brevo/lists.ts';
import { everyRecord } from '../../sync/changes/every-record.ts';
import { TooLargeError } from '../../sync/bounded-text.ts';
import type { Http } from '../../sync/host.ts';
import { salesforceConnection } from '../../sync/salesforce/connection.ts';
import { fetchByIds, queryPage } from '../../sync/salesforce/read.ts';
import { json, world } from './brevo-script.ts';
import { page, row, scripted } from './salesforce-fake.ts';

/* Answers that lead in a circle, never end, or are nested without end: each ends in a clear error
   after a bounded number of calls. */

const ID = '003000000000001AAA';
const SOQL = 'SELECT Id FROM Contact LIMIT 2000';
const UNREADABLE = { code: 'UNREADABLE_ANSWER' };
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** A Salesforce that answers each request as told, for ever. */
function salesforce(answer: (url: URL, nth: number) => { body: string; headers?: object }) {
	const { host } = world(() => 'no-answer');
	let calls = 0;
	const http: Http = async ({ url }) => {
		calls += 1;
		const { body, headers } = answer(new URL(url), calls);
		return await Promise.resolve({
			status: 200,
			headers: { 'content-type': 'application/json', ...headers },
			body,
		});
	};
	const instanceUrl = 'https://mycompany.my.salesforce.com';
	return { connection: salesforceConnection({ http, host, instanceUrl }), calls: () => calls };
}

describe('pages of a query', () => {
	const answer = (next: string, records: readonly unknown[] = [row(ID)]) => ({
		body: JSON.stringify(page(records, next).body),
	});

	it('a cursor that comes again ends the read', async () => {
		const { connection, calls } = salesforce((_, nth) => answer(`01g-${nth % 3}`));
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject(UNREADABLE);
		expect(calls()).toBeLessThan(10);
	});

	it.each([
		['of one record each', [row(ID)]],
		['without records', []],
	])('new cursors without end, pages %s, end the read', async (_, records) => {
		const { connection, calls } = salesforce((__, nth) => answer(`01g-${nth}`, records));
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject(UNREADABLE);
		expect(calls()).toBeLessThanOrEqual(1_001);
	});

	it('pages of some megabytes each end when they are more than a read may hold', async () => {
		const padding = 'x'.repeat(30_000_000);
		const { connection, calls } = salesforce((_, nth) =>
			answer(`01g-${nth}`, [row(ID, { Description: padding })]),
		);
		const read = queryPage(connection, SOQL);
		await expect(read).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
		await expect(read).rejects.toMatchObject({ remedy: expect.stringContaining('smaller page') });
		expect(calls()).toBeLessThan(12);
	});

	it.each([['a text'], [null], [7]])('a record that is %p is none', async (odd) => {
		const { connection } = salesforce(() => ({ body: JSON.stringify(page([odd]).body) }));
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject(UNREADABLE);
	});

	it('a cursor without text ends the read', async () => {
		const { connection } = scripted([
			{ status: 200, body: { totalSize: 1, done: false, records: [] } },
		]);
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject(UNREADABLE);
	});
});

describe('pages of a Bulk result', () => {
	const file = (locatorOf: (url: URL, nth: number) => string) =>
		salesforce((url, nth) =>
			url.pathname.endsWith('/results')
				? {
						body: `Id\n${ID}\n`,
						headers: { 'content-type': 'text/csv', 'sforce-locator': locatorOf(url, nth) },
					}
				: { body: JSON.stringify({ id: '750', state: 'JobComplete', numberRecordsProcessed: 2 }) },
		);
	const source = ({ connection }: ReturnType<typeof file>) =>
		everyRecord(connection, { object: 'Contact', fields: [] }, new Map());

	it.each([
		['this page', () => 'A'],
		[
			'an earlier page',
			(url: URL) => ({ A: 'B', B: 'C', C: 'A' })[url.searchParams.get('locator') ?? 'C'] ?? '',
		],
	])('a locator that leads back to %s ends the read', async (_, locatorOf) => {
		const pages = source(file(locatorOf));
		const follow = async (): Promise<void> => {
			let locator: string | undefined;
			for (let pagesRead = 0; pagesRead < 20; pagesRead += 1) {
				const read = await pages.page('750', locator, 1_000);
				locator = read?.next;
			}
		};
		await expect(follow()).rejects.toMatchObject(UNREADABLE);
	});

	it('a page that is read again after a failed run is no circle', async () => {
		const pages = source(
			file((url) => ({ A: 'B', B: 'C' })[url.searchParams.get('locator') ?? ''] ?? 'A'),
		);
		for (const locator of [undefined, 'A', 'B', 'A', 'B', undefined, 'A'])
			expect((await pages.page('750', locator, 1_000))?.records).toHaveLength(1);
	});

	it('a locator that is an address of another host stays a parameter of the own host', async () => {
		const asked: URL[] = [];
		const foreign = 'https://attacker.example/?a=b&locator=x#y';
		const pages = source(
			file((url) => {
				asked.push(url);
				return url.searchParams.has('locator') ? 'null' : foreign;
			}),
		);
		const first = await pages.page('750', undefined, 1_000);
		await pages.page('750', first?.next, 1_000);
		expect(asked.map(({ host }) => host)).toEqual(Array(2).fill('mycompany.my.salesforce.com'));
		expect(asked[1]?.searchParams.getAll('locator')).toEqual([foreign]);
	});

	it.each(['../../sobjects/Contact', '750/../../x', '750?x=y#z', '750%2f..'])(
		'the id of a job (%s) stays one segment of the path',
		async (job) => {
			const asked: string[] = [];
			const { connection } = salesforce(({ pathname }) => {
				asked.push(pathname);
				return { body: JSON.stringify({ state: 'Failed' }) };
			});
			await everyRecord(connection, { object: 'Contact', fields: [] }, new Map()).page(
				job,
				undefined,
				1,
			);
			expect(asked).toEqual([`/services/data/v67.0/jobs/query/${encodeURIComponent(job)}`]);
		},
	);
});

describe('pages of Brevo', () => {
	const contact = (id: number) => ({ id, email: `n${id}@x.example`, attributes: {} });
	const walk = async (answer: (offset: number, nth: number) => unknown) => {
		const { client, requests } = world(({ url }, nth) =>
			json(200, answer(Number(new URL(url).searchParams.get('offset')), nth)),
		);
		const walked = (async () => {
			for await (const { contacts } of allContacts(client))
				expect(contacts.length).toBeGreaterThan(0);
		})();
		await expect(walked).rejects.toBeInstanceOf(BrevoUnavailableError);
		return requests.length;
	};

	it('a list that grows as fast as it is read ends the walk', async () => {
		const calls = await walk((offset) => ({
			contacts: [contact(offset + 1), contact(offset + 2)],
			count: offset + 3_000,
		}));
		expect(calls).toBeLessThanOrEqual(113);
	});

	it('a list whose pages are others at each look ends the walk', async () => {
		const calls = await walk((_, nth) => ({
			contacts: [contact(2 * nth), contact(2 * nth + 1)],
			count: 1_000,
		}));
		expect(calls).toBeLessThanOrEqual(105);
	});

	it('lists without end are looked through up to 5,000', async () => {
		const { client, requests } = world(() =>
			json(200, { lists: Array.from({ length: 50 }, (_, id) => ({ id, name: 'x' })) }),
		);
		expect(await searchLists(client, { search: 'y' })).toEqual([]);
		expect(requests).toHaveLength(100);
	});
});

describe('an answer that is nested without end', () => {
	it('of Salesforce is unreadable, wherever it stands in a record', async () => {
		for (const body of [
			`{"done":true,"records":[{"Id":"${ID}","Odd":${deep(100_000)}}]}`,
			`{"done":true,"records":${deep(100_000)}}`,
			`{"done":true,"records":[${'{"attributes":{},"Account":'.repeat(5_000)}1${'}'.repeat(5_000)}]}`,
		]) {
			const { connection } = salesforce(() => ({ body }));
			await expect(queryPage(connection, SOQL)).rejects.toMatchObject(UNREADABLE);
			await expect(fetchByIds(connection, 'Contact', [], [ID])).rejects.toMatchObject(UNREADABLE);
		}
	});

	it('of Brevo is unreadable, and asked for again only so often', async () => {
		const { client, requests } = world(() => ({
			status: 200,
			body: `{"id":1,"attributes":{"ODD":${deep(100_000)}}}`,
		}));
		await expect(getContact(client, ID, 'ext_id')).rejects.toMatchObject({ reason: 'unreadable' });
		expect(requests.length).toBeLessThanOrEqual(8);
	});

	it('a contact with its lists and attributes is far from that', async () => {
		const { client } = world(() =>
			json(200, {
				id: 1,
				attributes: { INTERESTS: ['Wine'] },
				statistics: { clicked: [{ links: [{ count: 1 }] }] },
			}),
		);
		expect(await getContact(client, ID, 'ext_id')).toMatchObject({
			attributes: { INTERESTS: ['Wine'] },
		});
	});
});

it('an answer of Brevo that is too large is told as such, and tried again only so often', async () => {
	const { client, requests } = world(() => {
		throw new TooLargeError(1_000);
	});
	await expect(getContact(client, ID, 'ext_id')).rejects.toMatchObject({
		reason: 'too-large',
		message: expect.stringContaining('did not come to an end'),
		mayHaveHappened: true,
	});
	expect(requests.length).toBeLessThanOrEqual(8);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackDelivery, type BackResult, deliverBack } from '../../sync/deliver/back.ts';
import { approveRemovals, noteTold } from '../../sync/deliver/brake.ts';
import type { Host, Http } from '../../sync/host.ts';
import { backStreamOf, type Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import type { Profile } from '../../sync/profile.ts';
import { salesforceConnection } from '../../sync/salesforce/connection.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const STREAM = backStreamOf('test');
const CONTACTS = 1000;
const id = (n: number): string => `003dM0000000${String(n).padStart(3, '0')}QA4`;
const numbers = (from: number, to: number): number[] =>
	Array.from({ length: to - from }, (_, at) => from + at);

const PROFILE: Profile = {
	object: 'Contact',
	rows: [{ attribute: 'JOB', field: 'Title' }],
	fields: [{ name: 'Title', label: 'Title', type: 'string', length: 128, updateable: true }],
	attributes: [{ name: 'JOB', category: 'normal', type: 'text' }],
	options: {},
	optOuts: false,
};

describe('a run that would remove too much in Salesforce', () => {
	let folder: string;
	let ledger: Ledger;
	let deletedIds: string[];
	const host: Host = {
		clock: { now: () => NOW },
		sleep: async () => {
			await Promise.resolve();
		},
		logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
	};

	beforeEach(async () => {
		deletedIds = [];
		folder = await mkdtemp(join(tmpdir(), 'deliver-back-brake-'));
		ledger = await openLedger({ kind: 'file', path: join(folder, 'l.sqlite') }, host);
		await ledger.links.written(
			numbers(0, CONTACTS).map((n) => ({
				link: {
					integration: 'test',
					recordId: id(n),
					brevoAccount: 'org-1',
					target: 'list',
					fields: {},
				},
			})),
		);
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	/** A Salesforce that has every record asked for and deletes what it is told. */
	const http: Http = async ({ method, url, body = '' }) => {
		const asked = `${decodeURIComponent(url)} ${decodeURIComponent(body)}`;
		const ids = asked.match(/003\w{15}/g) ?? [];
		const records = ids.map((Id) => ({ Id, IsDeleted: false, Title: 'Buyer' }));
		const answer = { totalSize: records.length, done: true, records };
		if (method === 'DELETE') deletedIds.push(...ids);
		const json =
			method === 'DELETE'
				? ids.map((one) => ({ id: one, success: true, errors: [] }))
				: url.endsWith('/composite')
					? { compositeResponse: [{ httpStatusCode: 200, body: answer }] }
					: answer;
		const headers = { 'content-type': 'application/json' };
		return await Promise.resolve({ status: 200, headers, body: JSON.stringify(json) });
	};

	const deletion = (n: number): BackDelivery => ({
		sync: {
			integration: STREAM,
			backOf: 'test',
			ledger: ledger.id,
			object: 'Contact',
			id: id(n),
			change: 'deleted',
			systemModstamp: '2026-11-23T08:59:00Z',
		},
		fields: {},
		optsOut: false,
	});
	const run = async (from: number, to: number): Promise<BackResult> => {
		const connection = salesforceConnection({
			http,
			host,
			instanceUrl: 'https://mycompany.my.salesforce.com',
			random: () => 0.5,
		});
		const brake = { number: 20, share: 0.1 };
		const tools = { connection, ledger, host, profile: PROFILE, brake } as const;
		return await deliverBack({ ...tools, onDeletion: 'delete' }, numbers(from, to).map(deletion));
	};

	test('as many as the rule allows are deleted without a word', async () => {
		expect(await run(0, 20)).toMatchObject({ delivered: { length: 20 } });
		expect(deletedIds).toEqual(numbers(0, 20).map(id));
	});

	test('stops: the last few, which travel in a request of their own, are not deleted either', async () => {
		const { delivered } = await run(0, 405);
		expect(new Set(delivered.map(({ kind }) => kind))).toEqual(new Set(['deferred']));
		expect(deletedIds).toEqual([]);
		expect(await ledger.pages.deferredCount(STREAM)).toBe(405);
	});

	test('asks once, and names all that wait, not only those of the last request', async () => {
		expect((await run(0, 405)).brakeAlert).toBe(405);
		await noteTold(ledger, STREAM);
		expect((await run(405, 430)).brakeAlert).toBeUndefined();
	});

	test('counts what the day has removed already', async () => {
		await run(0, 20);
		expect((await run(20, 230)).brakeAlert).toBe(230);
		expect(deletedIds).toHaveLength(20);
	});

	test('deletes all that waited once somebody has approved', async () => {
		await run(0, 405);
		expect(await approveRemovals(ledger, STREAM)).toBe(405);
		expect((await run(0, 405)).brakeAlert).toBeUndefined();
		expect(deletedIds).toEqual(numbers(0, 405).map(id));
	});
});

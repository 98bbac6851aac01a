import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';

import type { BrevoContact } from '../../sync/brevo/contact.ts';
import { csvChunks, groupRows, MAX_IMPORT_BYTES } from '../../sync/brevo/csv.ts';
import { BrevoConfigError, BrevoUnavailableError } from '../../sync/brevo/errors.ts';
import { BrevoImportError, importContacts, redrive } from '../../sync/brevo/import.ts';
import type { ImportJournal } from '../../sync/brevo/submit.ts';
import { attributeRejects, indexRows } from '../../sync/brevo/rejects.ts';
import type { Http, HttpRequest } from '../../sync/host.ts';
import { NoAnswerError } from '../../sync/host.ts';
import { bodyOf, json, pathOf, rate, type Reply, world } from './brevo-script.ts';

const person = (n: number, more: Partial<BrevoContact> = {}): BrevoContact => ({
	email: `Person${n}@example.com`,
	ext_id: `003${String(n).padStart(15, '0')}`,
	attributes: { NOM: `Name ${n}`, SMS: `+3361234${String(n).padStart(4, '0')}` },
	...more,
});
const people = (count: number) => Array.from({ length: count }, (_, n) => person(n));
/** What the ledger does, in memory, and the story of it. */
class Journal implements ImportJournal {
	readonly account = 'account';
	readonly story: string[] = [];
	readonly files = new Map<string, number | undefined>();
	readonly #requests: () => number;
	#latest = 0;

	constructor(requests: () => number) {
		this.#requests = requests;
	}

	hash = (text: string): string => String(text.length);
	latestProcess = async (): Promise<number> => this.#latest;
	find = async (_account: string, content: string) => {
		if (!this.files.has(content)) return undefined;
		const processId = this.files.get(content);
		return { content, sentAt: 0, ...(processId !== undefined && { processId }) };
	};
	sending = async (_account: string, content: string): Promise<void> => {
		this.files.set(content, undefined);
		this.#note('sending');
	};
	taken = async (_account: string, content: string, processId: number): Promise<void> => {
		this.files.set(content, processId);
		this.#latest = Math.max(this.#latest, processId);
		this.#note(`taken ${processId}`);
	};
	settled = async (_account: string, content: string): Promise<void> => {
		this.files.delete(content);
		this.#note('settled');
	};

	#note(what: string): void {
		this.story.push(`${what}, after ${this.#requests()} requests`);
	}
}

const rowsOf = (contacts: readonly BrevoContact[]) =>
	contacts.map((contact, index) => ({ index, contact }));

describe('CSV files', () => {
	// Anything a text field may hold, seasoned with what breaks CSV.
	const text = fc.string({
		unit: fc.oneof(
			fc.constantFrom(';', '"', '\r', '\n', ',', '=', ' ', 'é', '😀', '\t'),
			fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
		),
		minLength: 1,
		maxLength: 40,
	});
	const contact: fc.Arbitrary<BrevoContact> = fc.record({
		email: fc.emailAddress(),
		ext_id: fc.string({ unit: fc.constantFrom('0', 'A', 'z'), minLength: 18, maxLength: 18 }),
		attributes: fc.dictionary(fc.constantFrom('NOM', 'SMS', 'NOTE', 'Z_9'), text),
	});
	const isOneLine = ({ email = '', attributes }: BrevoContact): boolean =>
		!/[\r\n]/.test([email, ...Object.values(attributes)].join(''));

	test('take every contact but those with a line break, whatever its values', () => {
		fc.assert(
			fc.property(fc.array(contact, { maxLength: 20 }), (contacts) => {
				const { groups, unsuited } = groupRows(contacts);
				expect(groups.flatMap(({ rows }) => rows).every((row) => isOneLine(row.contact))).toBe(
					true,
				);
				for (const row of unsuited) {
					expect(row.because).toBe('line-break');
					expect(isOneLine(row.contact)).toBe(false);
				}
			}),
			{ numRuns: 100, interruptAfterTimeLimit: 5_000 },
		);
	});

	test('never exceed the limit, keep every row in order and parse back', () => {
		fc.assert(
			fc.property(
				fc.array(contact.filter(isOneLine), { minLength: 1, maxLength: 60 }),
				fc.integer({ min: 1_000, max: 4_000 }),
				(contacts, limit) => {
					const chunks = [...csvChunks(rowsOf(contacts), limit)];
					expect(chunks.flatMap(({ rows }) => rows.map(({ index }) => index))).toEqual(
						contacts.map((_, index) => index),
					);
					for (const { csv, rows } of chunks) {
						expect(Buffer.byteLength(csv)).toBeLessThanOrEqual(limit);
						const parsed: Array<Record<string, string>> = parse(csv, {
							delimiter: ';',
							columns: true,
						});
						expect(parsed).toHaveLength(rows.length);
						for (const [n, row] of rows.entries()) {
							expect(parsed[n]).toMatchObject({
								EMAIL: row.contact.email,
								EXT_ID: row.contact.ext_id,
							});
							for (const [name, value] of Object.entries(row.contact.attributes))
								expect(parsed[n]?.[name]).toBe(value);
						}
					}
				},
			),
			// A failure is reported as far as it got smaller in that time.
			{ numRuns: 150, interruptAfterTimeLimit: 5_000 },
		);
	});

	test('fill up to the limit: one more row would not have fitted', () => {
		const chunks = [...csvChunks(rowsOf(people(3_000)), 20_000)];
		for (const [n, { csv }] of chunks.slice(0, -1).entries()) {
			const next = chunks[n + 1]?.csv.split('\n')[1] ?? '';
			expect(Buffer.byteLength(csv) + Buffer.byteLength(next) + 1).toBeGreaterThan(20_000);
		}
	});

	test('150,000 contacts of four columns are two files of at most 8 MB', () => {
		const bytes = [...csvChunks(rowsOf(people(150_000)))].map(({ csv }) => Buffer.byteLength(csv));
		expect(bytes.length).toBe(2);
		expect(Math.max(...bytes)).toBeLessThanOrEqual(MAX_IMPORT_BYTES);
	});

	test('leave what looks like a formula alone, because it is the contact’s value', () => {
		const [chunk] = csvChunks(rowsOf([person(1, { attributes: { NOM: '=1+1' } })]));
		expect(chunk?.csv).toBe('EMAIL;EXT_ID;NOM\nPerson1@example.com;003000000000000001;=1+1\n');
	});
});

test('rows are grouped by the blocklist flag; what an import cannot do is set aside with the reason', () => {
	const { groups, unsuited } = groupRows([
		person(0),
		person(1, { emailBlacklisted: true }),
		{ ext_id: 'x', attributes: { SMS: '+33612345678' } },
		person(3, { attributes: { NOM: '' } }),
		person(4, { attributes: { VIP: false } }),
		person(5, { attributes: { COLOURS: ['red', 'blue'] } }),
		person(6, { attributes: { VIP: true, AGE: 0 } }),
		person(7, { attributes: { NOTE: 'é'.repeat(5_000_000) } }),
		person(8, { attributes: { STREET: '1 Main St\nFloor 2' } }),
	]);
	expect(
		groups.map(({ emailBlacklisted, rows }) => [emailBlacklisted, rows.map(({ index }) => index)]),
	).toEqual([
		[false, [0, 6]],
		[true, [1]],
	]);
	expect(unsuited.map(({ index, because }) => [index, because])).toEqual([
		[2, 'no-email'],
		[3, 'clears-a-value'],
		[4, 'boolean-false'],
		[5, 'multiple-choice'],
		[7, 'too-large'],
		[8, 'line-break'],
	]);
});

describe('reject files', () => {
	const index = indexRows(
		rowsOf([person(1), person(2), person(3, { email: 'person2@example.com' })]),
	);
	const places = (text: string) => {
		const { indices, complete } = attributeRejects(text, index);
		return { indices: [...indices], complete };
	};
	test.each<[string, string, number[], boolean]>([
		[
			'EXT_ID before a shared e-mail',
			`EMAIL;EXT_ID\nperson2@example.com;${person(2).ext_id}\n`,
			[1],
			true,
		],
		['e-mail in another case', 'NOM;email\nX;PERSON1@example.com\n', [0], true],
		['phone as digits', 'SMS\n33612340003\n', [2], true],
		['phone with 00', 'SMS\n0033612340003\n', [2], true],
		['an e-mail that two rows share', 'EMAIL\nperson2@example.com', [1, 2], true],
		['a file with commas and quotes', '"EMAIL","NOM"\n"person1@example.com","a;b"\n', [0], true],
		['a byte order mark', '\uFEFFEMAIL;NOM\nperson1@example.com;x\n', [0], true],
		['no header that we know', 'person1@example.com;whatever\n', [0], true],
		// The first contact has the second's id for a name.
		[
			'no header, and an id that is somebody’s name',
			`person1@example.com;${person(1).ext_id};${person(2).ext_id}\n`,
			[0, 1],
			true,
		],
		['a line that is none of ours', 'EMAIL\nperson1@example.com\nother@example.com\n', [0], false],
		['an HTML page', '<html>\n<body>Access denied</body>', [], false],
		['a header alone', 'EMAIL;EXT_ID\n', [], true],
	])('%s', (_, text, indices, complete) => {
		expect(places(text)).toEqual({ indices, complete });
	});
});

/** A Brevo whose imports end with the given process entries, in turn, at the given status read. */
function importer(
	process: (id: number, read: number) => object,
	submit?: (request: HttpRequest, nth: number) => Reply | undefined,
) {
	let ids = 0;
	let reads = 0;
	const submitted: number[] = [];
	return world((request, nth) => {
		if (request.url.endsWith('/contacts/import')) {
			const reply = submit?.(request, nth) ?? json(202, { processId: 100 + (ids += 1) });
			if (reply !== 'no-answer') submitted.push(100 + ids);
			return reply;
		}
		reads += 1;
		const processes = submitted.map((id) => ({ id, name: 'IMPORTUSER', ...process(id, reads) }));
		return json(
			200,
			{ processes: [{ id: 1, status: 'queued' }, ...processes].reverse() },
			rate(100, 90, 3000),
		);
	});
}
const completed = (report: object = {}) => ({ status: 'completed', info: { import: report } });
const noDownload: Http = () => Promise.reject(new Error('no download expected'));
const files =
	(texts: Record<string, Reply>, seen: HttpRequest[] = []): Http =>
	(request) => {
		seen.push(request);
		const reply = texts[request.url];
		return reply === undefined || typeof reply === 'string'
			? Promise.reject(new NoAnswerError('reset'))
			: Promise.resolve({ status: 200, headers: {}, body: '', ...reply });
	};
const options = { listIds: [7, 8], download: noDownload };

describe('an import', () => {
	test('counts rows as written only after the process completed', async () => {
		const { client, requests, elapsed } = importer((_, read) =>
			read < 4
				? { status: ['queued', 'in_process', 'half-baked'][read - 1] }
				: completed({ invalid_emails: null }),
		);
		const results = await importContacts(client, people(3), options);
		expect(results).toEqual(Array(3).fill({ kind: 'written', processId: 101 }));
		expect(bodyOf(requests[0])).toEqual({
			fileBody: expect.stringMatching(/^EMAIL;EXT_ID;SMS;NOM\n/) as string,
			listIds: [7, 8],
			disableNotification: true,
			updateExistingContacts: true,
			emptyContactsAttributes: false,
		});
		expect(elapsed()).toBe(1_000 + 2_000 + 4_000 + 8_000);
	});

	test('remembers each process before it waits, and reads all of them with one request', async () => {
		const { client, requests } = importer(() => completed());
		const journal = new Journal(() => requests.length);
		const contacts = [person(0), person(1, { emailBlacklisted: true })];
		const results = await importContacts(client, contacts, { ...options, journal });
		expect(journal.story).toEqual([
			'sending, after 0 requests',
			'taken 101, after 1 requests',
			'sending, after 1 requests',
			'taken 102, after 2 requests',
			'settled, after 3 requests',
			'settled, after 3 requests',
		]);
		expect(results.map((r) => 'processId' in r && r.processId)).toEqual([101, 102]);
		expect(
			requests.map((r) => (bodyOf(r) as { emailBlacklist?: true } | null)?.emailBlacklist),
		).toEqual([undefined, true, undefined]);
		expect(requests.map(pathOf)[2]).toBe('GET /processes?limit=50&offset=0&sort=desc');
	});

	test('attributes rejected rows, sets aside unsuited ones, writes the rest', async () => {
		const { client } = importer(() =>
			completed({
				invalid_emails: 'https://s3.example/a.csv',
				duplicate_phone_id: 'https://s3.example/b.csv',
				brand_new: 'https://s3.example/c.csv',
			}),
		);
		const seen: HttpRequest[] = [];
		const download = files(
			{
				'https://s3.example/a.csv': { body: 'EMAIL;NOM\nperson1@example.com;x\n' },
				'https://s3.example/b.csv': { body: `EXT_ID\n${person(2).ext_id}\n` },
				'https://s3.example/c.csv': { body: 'EMAIL\nperson3@example.com\n' },
			},
			seen,
		);
		const contacts = [...people(4), person(4, { attributes: { VIP: false } })];
		const results = await importContacts(client, contacts, { ...options, download });
		expect(results).toEqual([
			{ kind: 'written', processId: 101 },
			{ kind: 'rejected', by: 'invalid_emails', processId: 101 },
			{ kind: 'rejected', by: 'duplicate_phone_id', processId: 101 },
			{ kind: 'rejected', by: 'other', processId: 101 },
			{ kind: 'unsuited', because: 'boolean-false' },
		]);
		for (const { headers } of seen) expect(headers).toBeUndefined();
	});

	const doubts: Array<[string, object, Record<string, Reply>]> = [
		['a reject file that cannot be fetched', { invalid_emails: 'https://s3.example/a.csv' }, {}],
		[
			'a reject file answered with 403',
			{ invalid_emails: 'https://s3.example/a.csv' },
			{ 'https://s3.example/a.csv': { status: 403 } },
		],
		[
			'a reject file that names a stranger',
			{ invalid_emails: 'https://s3.example/a.csv' },
			{ 'https://s3.example/a.csv': { body: 'EMAIL\nstranger@example.com' } },
		],
		['a count of rejects without a file', { duplicate_email_id: 2 }, {}],
		['a file by a scheme that is not http', { invalid_emails: 'file:///etc/passwd' }, {}],
	];
	test.each(doubts)('with %s calls no row written', async (_, report, texts) => {
		const { client } = importer(() => completed(report));
		const results = await importContacts(client, people(2), { ...options, download: files(texts) });
		for (const result of results)
			expect(result).toMatchObject({
				kind: 'unsettled',
				error: { failure: 'report-unreadable', processId: 101 },
			});
	});

	test.each([
		['failed', 'failed'],
		['cancelled', 'cancelled'],
		['aborted', 'cancelled'],
	])('that Brevo calls %s is unsettled and names the process', async (status, failure) => {
		const { client } = importer(() => ({ status }));
		const [result] = await importContacts(client, people(1), options);
		expect(result).toMatchObject({ kind: 'unsettled', error: { failure, processId: 101 } });
	});

	test('that never finishes ends at the deadline and spares the hourly budget', async () => {
		const { client, elapsed } = importer(() => ({ status: 'processing' }));
		const results = await importContacts(client, people(2), { ...options, deadlineMs: 3_600_000 });
		expect(elapsed()).toBeGreaterThanOrEqual(3_600_000);
		expect(elapsed()).toBeLessThanOrEqual(3_660_000);
		expect(client.calls.other).toBeLessThanOrEqual(101);
		for (const result of results) {
			expect(result).toMatchObject({ kind: 'unsettled', error: { failure: 'unfinished' } });
			expect(result.kind === 'unsettled' && result.error).toBeInstanceOf(BrevoImportError);
		}
	});

	test('whose status cannot be read for a while is waited for all the same', async () => {
		let refusals = 0;
		const peer = world(({ url }) => {
			if (url.endsWith('/import')) return json(202, { processId: 5 });
			if ((refusals += 1) === 1) return { status: 429, headers: rate(100, 0, 300) };
			return json(200, { processes: [{ id: 5, status: 'completed' }] });
		});
		expect(await importContacts(peer.client, people(1), options)).toEqual([
			{ kind: 'written', processId: 5 },
		]);
		expect(peer.requests).toHaveLength(3);
		expect(peer.elapsed()).toBeGreaterThanOrEqual(300_000);
	});

	test('whose key is revoked while it runs keeps what is known', async () => {
		const { client } = world(({ url }) =>
			url.endsWith('/import')
				? json(202, { processId: 5 })
				: json(401, { message: 'Key not found' }),
		);
		const [result] = await importContacts(client, people(1), options);
		expect(result).toMatchObject({ kind: 'unsettled', error: { reason: 'key-unknown' } });
	});

	test('whose first file gets no answer throws, with the doubt said, and is not sent again', async () => {
		const { client, requests } = importer(
			() => completed(),
			() => 'no-answer',
		);
		const failed = importContacts(client, people(2), options);
		await expect(failed).rejects.toThrow(BrevoUnavailableError);
		await expect(failed).rejects.toMatchObject({ mayHaveHappened: true });
		expect(requests).toHaveLength(1);
	});

	test('whose second file is refused still settles the first', async () => {
		const { client } = importer(
			() => completed(),
			(_, nth) => (nth === 2 ? { status: 503 } : undefined),
		);
		const contacts = [person(0), person(1, { emailBlacklisted: true })];
		const results = await importContacts(client, contacts, options);
		expect(results.map(({ kind }) => kind)).toEqual(['written', 'unsettled']);
	});

	test('into a list that is gone fails as a whole', async () => {
		const { client } = importer(
			() => completed(),
			() => json(400, { code: 'invalid_parameter', message: 'List ids are invalid' }),
		);
		await expect(importContacts(client, people(1), options)).rejects.toThrow(BrevoConfigError);
	});

	test('is left promptly when the user cancels, with the process already noted', async () => {
		const peer = importer(() => ({ status: 'queued' }));
		const journal = new Journal(() => peer.requests.length);
		const { taken } = journal;
		const ended = importContacts(peer.client, people(1), {
			...options,
			journal: Object.assign(journal, {
				taken: async (account: string, content: string, id: number) => {
					await taken(account, content, id);
					peer.cancel();
				},
			}),
		});
		await expect(ended).rejects.toThrow('cancelled by the user');
		expect(journal.story.at(-1)).toBe('taken 101, after 1 requests');
	});

	test('of nothing sends nothing', async () => {
		const { client, requests } = importer(() => completed());
		expect(await importContacts(client, [], options)).toEqual([]);
		expect(requests).toHaveLength(0);
	});
});

test('a redrive of rejected rows learns the exact reason from Brevo', async () => {
	const { client } = world(({ body }) =>
		(body ?? '').includes('Person1')
			? json(400, { code: 'duplicate_parameter', metadata: { duplicate_identifiers: ['SMS'] } })
			: json(201, { id: 4 }),
	);
	const writes = people(2).map((contact) => ({ contact, linked: false, listIds: [7] }));
	expect(await redrive(client, writes)).toEqual([
		{ kind: 'written', how: 'created', brevoId: 4 },
		{ kind: 'duplicate', identifiers: ['SMS'] },
	]);
});

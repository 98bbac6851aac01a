import * as fc from 'fast-check';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { createBrevo } from '../../sandbox/brevo-account/service.ts';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { createSalesforce, type SalesforceService } from '../../sandbox/salesforce-org/service.ts';
import type { SandboxClock, Service } from '../../sandbox/service.ts';
import { keysetQuery } from '../../sync/changes/soql.ts';
import type { Http } from '../../sync/host.ts';
import {
	type SalesforceConnection,
	salesforceConnection,
} from '../../sync/salesforce/connection.ts';
import { queryPage } from '../../sync/salesforce/read.ts';

/** What holds in the sandbox whatever is done to it. No network: requests go to the services. */
const ORIGIN = 'http://sandbox';

class Clock implements SandboxClock {
	ms = Date.UTC(2026, 10, 25, 9);
	now(): number {
		return this.ms;
	}
	after(_: number, work: () => void): void {
		work();
	}
}

const httpTo =
	(service: Service, authentication: Readonly<Record<string, string>>): Http =>
	async ({ method, url, headers, body }) => {
		const { pathname, searchParams } = new URL(url);
		const lower = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
		const reply = await service.handle({
			method,
			path: pathname,
			query: searchParams,
			headers: { ...(Object.fromEntries(lower) as Record<string, string>), ...authentication },
			body: Buffer.from(body ?? ''),
			origin: ORIGIN,
		});
		return {
			status: reply.status,
			headers: { 'content-type': 'application/json', ...reply.headers },
			body: typeof reply.body === 'object' ? JSON.stringify(reply.body) : (reply.body ?? ''),
		};
	};

describe('Brevo', () => {
	const some = fc.integer({ min: 0, max: 3 });
	const maybe = fc.option(some, { nil: undefined });
	const step = fc.record({
		kind: fc.constantFrom('create', 'upsert', 'rename', 'clear', 'delete', 'import'),
		email: maybe,
		extId: maybe,
		phone: maybe,
		whatsapp: maybe,
		target: some,
	});

	test('no identifier ever names two contacts, and each finds its own', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
				const clock = new Clock();
				const brevo = createBrevo({ clock });
				brevo.admin.setLimits({ off: true });
				const http = httpTo(brevo, { 'api-key': BREVO_KEY });
				const send = async (
					method: 'GET' | 'POST' | 'PUT' | 'DELETE',
					path: string,
					body?: object,
				) =>
					await http({
						method,
						url: `${ORIGIN}/v3/${path}`,
						...(body && { body: JSON.stringify(body) }),
					});
				const { id: listId } = JSON.parse(
					(await send('POST', 'contacts/lists', { name: 'All', folderId: 1 })).body,
				) as { id: number };
				for (const { kind, email, extId, phone, whatsapp, target } of steps) {
					clock.ms += 1000;
					const attributes = {
						...(phone !== undefined && { SMS: `+3361234567${phone}` }),
						...(whatsapp !== undefined && { WHATSAPP: `3361234567${whatsapp}` }),
					};
					const address = email === undefined ? undefined : `Person${email}@example.com`;
					const ids = {
						...(address !== undefined && { email: address }),
						...(extId !== undefined && { ext_id: `E${extId}` }),
					};
					const one = `contacts/${target + 1}?identifierType=contact_id`;
					if (kind === 'delete') await send('DELETE', one);
					else if (kind === 'clear')
						await send('PUT', one, { attributes: { SMS: '', WHATSAPP: '' } });
					else if (kind === 'rename')
						await send('PUT', one, {
							...(extId !== undefined && { ext_id: `E${extId}` }),
							attributes: { ...attributes, ...(address !== undefined && { EMAIL: address }) },
						});
					else if (kind === 'import')
						await send('POST', 'contacts/import', {
							fileBody: `EMAIL;EXT_ID;SMS\n${address ?? ''};${ids.ext_id ?? ''};${attributes.SMS ?? ''}\n`,
							listIds: [listId],
						});
					else
						await send('POST', 'contacts', {
							...ids,
							attributes,
							listIds: [listId],
							updateEnabled: kind === 'upsert',
						});
				}
				const all = brevo.admin.contacts({}) as Array<{
					id: number;
					email: string;
					ext_id?: string;
					listIds: number[];
					attributes: Record<string, string>;
				}>;
				const byType: Array<
					readonly [string, (contact: (typeof all)[number]) => string | undefined]
				> = [
					['email_id', ({ email }) => email || undefined],
					['ext_id', ({ ext_id: extId }) => extId],
					['phone_id', ({ attributes }) => attributes['SMS']],
					['whatsapp_id', ({ attributes }) => attributes['WHATSAPP']],
				];
				for (const [type, valueOf] of byType) {
					const values = all.flatMap((contact) => valueOf(contact) ?? []);
					expect(new Set(values).size).toBe(values.length);
					for (const contact of all) {
						const value = valueOf(contact);
						if (value === undefined) continue;
						const path = `contacts/${encodeURIComponent(value)}?identifierType=${type}`;
						const found = JSON.parse((await send('GET', path)).body) as { id?: number };
						expect(found.id).toBe(contact.id);
					}
				}
				const { uniqueSubscribers } = JSON.parse(
					(await send('GET', `contacts/lists/${listId}`)).body,
				) as { uniqueSubscribers: number };
				expect(uniqueSubscribers).toBe(
					all.filter(({ listIds }) => listIds.includes(listId)).length,
				);
			}),
			{ numRuns: 150 },
		);
	});
});

describe('Salesforce', () => {
	async function connect(
		clock: Clock,
	): Promise<{ salesforce: SalesforceService; connection: SalesforceConnection; http: Http }> {
		const salesforce = createSalesforce({ clock, seed: 'empty' });
		const { clientId, clientSecret } = SALESFORCE_LOGIN;
		const login = await httpTo(
			salesforce,
			{},
		)({
			method: 'POST',
			url: `${ORIGIN}/services/oauth2/token`,
			body: new URLSearchParams({
				grant_type: 'client_credentials',
				client_id: clientId,
				client_secret: clientSecret,
			}).toString(),
		});
		const { access_token: token } = JSON.parse(login.body) as { access_token: string };
		const http = httpTo(salesforce, { authorization: `Bearer ${token}` });
		const quiet = (): void => undefined;
		const connection = salesforceConnection({
			http,
			host: {
				clock,
				sleep: () => Promise.resolve(),
				logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
			},
			instanceUrl: ORIGIN,
		});
		return { salesforce, connection, http };
	}

	/** Reads page by page, as the engine does; `between` runs after each page. */
	async function readAll(
		connection: SalesforceConnection,
		limit: number,
		between: () => void = () => undefined,
	): Promise<Array<Readonly<Record<string, unknown>>>> {
		const read: Array<Readonly<Record<string, unknown>>> = [];
		for (;;) {
			const last = read.at(-1);
			const after = last && {
				systemModstamp: String(last['SystemModstamp']),
				id: String(last['Id']),
			};
			const soql = keysetQuery({ object: 'Contact', fields: ['LastName'], after, limit });
			const { records } = await queryPage(connection, soql, { all: true });
			read.push(...records);
			if (records.length < limit) return read;
			between();
		}
	}

	const step = fc.record({
		kind: fc.constantFrom(
			'create',
			'create',
			'create',
			'update',
			'delete',
			'undelete',
			'hardDelete',
			'late',
		),
		seconds: fc.constantFrom(0, 0, 0, 1, 7),
		target: fc.nat(40),
	});
	type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

	function act(salesforce: SalesforceService, clock: Clock, ids: string[], step: Step): void {
		const { kind, seconds, target } = step;
		clock.ms += seconds * 1000;
		const { admin } = salesforce;
		const id = ids[target % ids.length];
		const object = 'Contact';
		if (kind === 'create' || kind === 'late' || id === undefined) {
			const values = { LastName: `Number ${ids.length}` };
			const made =
				kind === 'late'
					? admin.lateCommit({ object, values, seconds: 5 })
					: admin.create({ object, values });
			ids.push((made as { id: string }).id);
			return;
		}
		try {
			if (kind === 'update') admin.update({ object, id, values: { LastName: 'Changed' } });
			else admin[kind]({ object, id });
		} catch {
			// Deleted twice, or not there any more: refused, as it should be.
		}
	}

	test('keyset paging over random stamps and ties reads each visible row exactly once', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(step, { maxLength: 60 }),
				fc.integer({ min: 1, max: 9 }),
				async (steps, limit) => {
					const clock = new Clock();
					const { salesforce, connection } = await connect(clock);
					const ids: string[] = [];
					for (const one of steps) act(salesforce, clock, ids, one);
					const read = await readAll(connection, limit);
					const whole = await readAll(connection, 2000);
					expect(read).toEqual(whole);
					expect(new Set(read.map(({ Id }) => Id)).size).toBe(read.length);
					const live = await queryPage(connection, 'SELECT Id FROM Contact', {});
					const alive = read.filter(({ IsDeleted }) => IsDeleted === false).map(({ Id }) => Id);
					expect(new Set(alive)).toEqual(new Set(live.records.map(({ Id }) => Id)));
				},
			),
			{ numRuns: 80 },
		);
	});

	test('edits between the pages: every row that is there at the end was read as it is', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(step, { minLength: 5, maxLength: 40 }),
				fc.array(step, { maxLength: 10 }),
				async (before, meanwhile) => {
					const clock = new Clock();
					const { salesforce, connection } = await connect(clock);
					const ids: string[] = [];
					for (const one of before) act(salesforce, clock, ids, one);
					clock.ms += 10_000;
					const waiting = meanwhile.filter(({ kind }) => kind !== 'late' && kind !== 'hardDelete');
					const read = await readAll(connection, 3, () => {
						const next = waiting.shift();
						// A second on, so that no edit falls behind the page that was just read.
						if (next) act(salesforce, clock, ids, { ...next, seconds: 1 });
					});
					const latest = new Map(read.map((row) => [row['Id'], row]));
					const { records } = await queryPage(
						connection,
						'SELECT Id, SystemModstamp, LastName, IsDeleted FROM Contact',
						{ all: true },
					);
					for (const row of records) expect(latest.get(row['Id'])).toMatchObject(row);
				},
			),
			{ numRuns: 80 },
		);
	});

	test('200,000 contacts: how fast a page of 2,000 is (printed)', async () => {
		const clock = new Clock();
		const { salesforce, connection } = await connect(clock);
		const memory = (): number => process.memoryUsage().heapUsed / 2 ** 20;
		const [heapBefore, started] = [memory(), performance.now()];
		salesforce.admin.load({ contacts: 200_000 });
		const loaded = performance.now();
		const [heapAfter, times] = [memory(), [] as number[]];
		let after: { systemModstamp: string; id: string } | undefined;
		for (let page = 0; page < 20; page += 1) {
			const from = performance.now();
			const soql = keysetQuery({
				object: 'Contact',
				fields: ['Email', 'Phone'],
				after,
				limit: 2000,
			});
			const { records } = await queryPage(connection, soql, { all: true });
			times.push(performance.now() - from);
			expect(records).toHaveLength(2000);
			const last = records.at(-1);
			after = { systemModstamp: String(last?.['SystemModstamp']), id: String(last?.['Id']) };
		}
		times.sort((a, b) => a - b);
		console.info(
			`200,000 contacts in ${Math.round(loaded - started)} ms, ${Math.round(heapAfter - heapBefore)} MB; a page of 2,000: median ${times[10]?.toFixed(1)} ms, slowest ${times[19]?.toFixed(1)} ms`,
		);
	});
});

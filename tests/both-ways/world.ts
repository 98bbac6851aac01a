import { setImmediate } from 'node:timers/promises';
import type { INodeExecutionData } from 'n8n-workflow';
import { backSource } from '../../nodes/BrevoContactTrigger/backSource.ts';
import { contactOf, syncOf } from '../../nodes/context/items.ts';
import { emailOwners, mapItems } from '../../nodes/MapContactFields/mapItems.ts';
import { mapItemsBack } from '../../nodes/MapContactFields/mapToSalesforce.ts';
import { backDeliveryOf } from '../../nodes/SalesforceContact/update.operation.ts';
import { type BrevoService, createBrevo } from '../../sandbox/brevo-account/service.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { createSalesforce, type SalesforceService } from '../../sandbox/salesforce-org/service.ts';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import type { SandboxClock, Service } from '../../sandbox/service.ts';
import { listAttributes } from '../../sync/brevo/attributes.ts';
import { type BrevoClient, brevoClient } from '../../sync/brevo/client.ts';
import { limitersOf } from '../../sync/brevo/limiter.ts';
import { createList } from '../../sync/brevo/lists.ts';
import { backRound } from '../../sync/changes/back.ts';
import { CHANGE_KINDS, isGone, type SalesforceObject } from '../../sync/changes/change.ts';
import {
	type EmittedChange,
	round,
	type RoundResult,
	type RunResult,
} from '../../sync/changes/pump.ts';
import { salesforceSource } from '../../sync/changes/source.ts';
import { deliverBack } from '../../sync/deliver/back.ts';
import type { Delivery, DeliveryTools } from '../../sync/deliver/delivery.ts';
import { removeContacts, type RemovalAction } from '../../sync/deliver/remove.ts';
import { upsertContacts } from '../../sync/deliver/upsert.ts';
import {
	type Host,
	type Http,
	type HttpRequest,
	type HttpResponse,
	NoAnswerError,
} from '../../sync/host.ts';
import { backStreamOf, type Ledger } from '../../sync/ledger/ledger.ts';
import type { Mapping } from '../../sync/mapping/pairs.ts';
import { OPT_OUT_FIELD, type Profile, saveProfile } from '../../sync/profile.ts';
import { guard } from '../../sync/quota/guard.ts';
import { reconcile, type ReconcileReport } from '../../sync/reconcile/reconcile.ts';
import type { RepairRule } from '../../sync/reconcile/repair.ts';
import { saveScope } from '../../sync/scope.ts';
import {
	type SalesforceConnection,
	salesforceConnection,
} from '../../sync/salesforce/connection.ts';
import { describeFields } from '../../sync/salesforce/describe.ts';

/** Time that passes only when somebody waits or says so. */
export class VirtualClock implements SandboxClock {
	#now: number;
	#appointments: Array<{ readonly at: number; readonly work: () => void }> = [];

	constructor(start: number) {
		this.#now = start;
	}

	now(): number {
		return this.#now;
	}

	after(milliseconds: number, work: () => void): void {
		this.#appointments.push({ at: this.#now + milliseconds, work });
	}

	advance(milliseconds: number): void {
		this.#now += milliseconds;
		const due = this.#appointments.filter(({ at }) => at <= this.#now);
		this.#appointments = this.#appointments.filter(({ at }) => at > this.#now);
		for (const { work } of due.sort((a, b) => a.at - b.at)) work();
	}
}

/** What a request meets instead of, or after, its answer. */
export type Trouble = 'lost-before' | 'lost-after' | 'unavailable';

/** A call that the engine makes: what is asked, not with which values. */
export interface Call {
	/** `salesforce`, `brevo`, or a store of the ledger such as `links`. */
	readonly to: string;
	/** "GET /v3/contacts", or the method of the store. */
	readonly what: string;
	readonly writes: boolean;
}

/** Stands between the engine and what it calls: lets `serve` happen, or not, or something else. */
export type Interference = <Answer>(call: Call, serve: () => Promise<Answer>) => Promise<Answer>;

export interface WorldOptions {
	readonly object: SalesforceObject;
	readonly mapping: Mapping;
	readonly onDeletionInSalesforce: RemovalAction;
	readonly onDeletionInBrevo: 'nothing' | 'delete';
	/** Nothing comes back from Brevo. */
	readonly oneWay?: boolean;
	/** Most records of one page; default 5. */
	readonly pageSize?: number;
	/** Compiled condition of the trigger. */
	readonly filter?: string;
}

/** An answer on its way, which a test may spoil. */
export type Tamper = (
	request: Pick<HttpRequest, 'method' | 'url'>,
	answer: HttpResponse,
) => HttpResponse;

const KINDS = new Set(CHANGE_KINDS);
const ORIGIN = 'http://sandbox.example';
const START = Date.parse('2026-11-02T08:00:00Z');
const PROBE_EVERY_MS = 5 * 60_000;
/** Longer than any test. */
const FOREVER_MS = 1_000_000_000;
let worlds = 0;

/**
 * A Salesforce organisation, a Brevo account and both directions of one integration between them,
 * without sockets, n8n or real time. The ledger is shared: names and account are the world's own.
 */
export class World {
	readonly clock: VirtualClock;
	readonly salesforce: SalesforceService;
	readonly brevo: BrevoService;
	readonly integration: string;
	readonly stream: string;
	readonly account: string;
	readonly ledger: Ledger;
	/** Met by the next requests, one each; emptied by `calm`. */
	readonly troubles: Trouble[] = [];
	/** Requests that write, by "METHOD path"; for "nothing is written at rest". */
	get writes(): number {
		return this.#beside ? this.#beside.writes : this.#writes;
	}
	#writes = 0;
	/** Tasks of the month that the guard allows. */
	quota = 1_000_000;
	/** What the answers go through. */
	tamper: Tamper | undefined;
	/** The next run fails after its writes, as if the process had died. */
	crashes = false;
	/** Removed by `calm`. */
	interference: Interference | undefined;
	/** Aborts when the workflow is switched off in the middle of a round. */
	signal: AbortSignal | undefined;
	/** How far the clock of this machine is wrong, milliseconds. */
	skewMs = 0;
	/** What the engine logged, and why runs failed. */
	readonly said: string[] = [];
	/** Notices about the quota that were to go out. */
	readonly notices: string[] = [];
	readonly #host: Host;
	readonly #options: WorldOptions;
	#connection!: SalesforceConnection;
	#client!: BrevoClient;
	#profile!: Profile;
	#listId = 0;
	readonly #beside: World | undefined;

	/** `beside`: another integration between the same organisation and the same account. */
	constructor(ledger: Ledger, options: WorldOptions, beside?: World) {
		worlds += 1;
		this.ledger = watched(ledger, async (call, serve) => await this.#meet(call, serve));
		this.#beside = beside;
		this.#options = options;
		this.integration = `World ${worlds}`;
		this.stream = backStreamOf(this.integration);
		this.clock = beside?.clock ?? new VirtualClock(START);
		this.account = beside?.account ?? `account-${worlds}`;
		this.salesforce = beside?.salesforce ?? createSalesforce({ clock: this.clock, seed: 'empty' });
		this.brevo = beside?.brevo ?? createBrevo({ clock: this.clock });
		const hear = (message: string, meta?: unknown): void => {
			this.said.push(message, JSON.stringify(meta ?? ''));
		};
		this.#host = {
			clock: { now: () => this.clock.now() + this.skewMs },
			sleep: async (milliseconds, signal) => {
				signal?.throwIfAborted();
				this.clock.advance(milliseconds);
				// What the sandbox does in slices goes on.
				await setImmediate();
			},
			logger: { debug: hear, info: hear, warn: hear, error: hear },
		};
		Object.defineProperty(this.#host, 'signal', { enumerable: true, get: () => this.signal });
	}

	get #interference(): Interference | undefined {
		return (this.#beside ?? this).interference;
	}

	async #meet<Answer>(call: Call, serve: () => Promise<Answer>): Promise<Answer> {
		return await (this.#interference?.(call, serve) ?? serve());
	}

	/** Connects both sides and activates both directions. */
	async open(): Promise<this> {
		const { object, mapping } = this.#options;
		this.#connection = salesforceConnection({
			http: this.#salesforceHttp(),
			host: this.#host,
			instanceUrl: ORIGIN,
			random: () => 0,
		});
		this.#client = brevoClient({
			http: this.#http(this.brevo, { 'api-key': BREVO_KEY }),
			host: this.#host,
			limiters: limitersOf(this.account),
			baseUrl: `${ORIGIN}/v3`,
			random: () => 0,
		});
		this.brevo.admin.setLimits({ contactsPerSecond: 3_600_000, otherPerHour: 3_600_000 });
		this.brevo.admin.importSpeed({ msPerImport: 1, msPerRow: 0 });
		this.#profile = {
			object,
			rows: mapping,
			fields: await describeFields(this.#connection, object),
			attributes: await listAttributes(this.#client),
			options: { zone: 'utc', defaultCountry: 'FR' },
			optOuts: true,
		};
		this.#listId = await createList(this.#client, { name: 'List', folderId: 1 });
		const consentAt = this.clock.now();
		const base = { object, salesforceOrg: this.account, consentAt, workflow: 'w' };
		await this.ledger.integrations.activate({ ...base, name: this.integration });
		const streams = this.#options.oneWay ? [] : [this.stream];
		for (const name of streams)
			await this.ledger.integrations.activate({ ...base, name, backOf: this.integration });
		for (const name of [this.integration, ...streams])
			await this.ledger.integrations.bindBrevoAccount(name, this.account);
		await saveProfile(this.ledger, this.integration, this.#profile);
		const { filter } = this.#options;
		await saveScope(this.ledger, this.integration, {
			kinds: KINDS,
			...(filter !== undefined && { filter }),
		});
		const startedAt = new Date(this.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
		const watermark = { systemModstamp: startedAt, id: '' };
		await this.ledger.pages.startAt(this.integration, { startedAt });
		for (const name of streams) await this.ledger.pages.startAt(name, { startedAt, watermark });
		return this;
	}

	get object(): SalesforceObject {
		return this.#options.object;
	}

	get profile(): Profile {
		return this.#profile;
	}

	/** Tasks of the month, both directions together. */
	async tasks(): Promise<number> {
		return (await this.ledger.quota.status(this.account, '2026-11-01'))?.used ?? 0;
	}

	/** Somebody makes a contact in Brevo's own pages. */
	bornInBrevo(email: string): void {
		this.brevo.admin.create({ email, attributes: { LASTNAME: 'Born' } });
	}

	/** No more trouble from here on. */
	calm(): void {
		this.troubles.length = 0;
		this.crashes = false;
		this.interference = undefined;
		this.signal = undefined;
		this.skewMs = 0;
	}

	/* ---------------------------------------------------------------- the two directions */

	/** One round of Salesforce Contact Trigger and what is behind it. */
	async there(probe = false): Promise<RoundResult> {
		const { object, filter, pageSize = 5 } = this.#options;
		// What changed in the second of a read is left for the next one.
		this.clock.advance(2_000);
		const fields = [...this.#profile.rows.map(({ field }) => field), OPT_OUT_FIELD];
		return await round({
			integration: this.integration,
			object,
			ledger: this.ledger,
			source: salesforceSource(this.#connection, {
				object,
				fields,
				...(filter !== undefined && { filter }),
			}),
			host: this.#host,
			pageSize,
			overlapMs: 600_000,
			kinds: KINDS,
			probe: this.#mayProbe('there') || probe,
			emit: async (changes) => await this.#run(async () => await this.#carryThere(changes)),
		});
	}

	/** One round of Brevo Contact Trigger and what is behind it; `sweeps` as if its time had come. */
	async back(sweeps = false): Promise<RoundResult> {
		this.clock.advance(2_000);
		if (sweeps)
			for (const key of ['swept', 'compared']) await this.#forget(`${key}|${this.stream}`);
		const client = this.#client;
		return await backRound({
			integration: this.stream,
			backOf: this.integration,
			object: this.#options.object,
			ledger: this.ledger,
			source: backSource(client),
			host: this.#host,
			pageSize: this.#options.pageSize ?? 5,
			overlapMs: 600_000,
			updates: true,
			deletions: true,
			sweepEveryMs: FOREVER_MS,
			compareEveryMs: FOREVER_MS,
			probe: this.#mayProbe('back'),
			emit: async (changes) => await this.#run(async () => await this.#carryBack(changes)),
		});
	}

	/** As the loop of a trigger: one record asks now and then whether the limit was raised. */
	#mayProbe(way: 'there' | 'back'): boolean {
		const last = this.#probedAt.get(way) ?? -Infinity;
		const may = this.clock.now() - last >= PROBE_EVERY_MS;
		if (may) this.#probedAt.set(way, this.clock.now());
		return may;
	}
	readonly #probedAt = new Map<string, number>();

	/** Compares both sides and, with a rule, hands over what differs. */
	async reconcile(rule?: RepairRule, integration = this.integration): Promise<ReconcileReport> {
		const { fields } = this.#profile;
		return await reconcile({
			ledger: this.ledger,
			connection: this.#connection,
			client: this.#client,
			host: this.#host,
			integration,
			brevoAccount: this.account,
			profile: this.#profile,
			types: new Map(fields.map(({ name, type }) => [name, type])),
			reserve: 0,
			examples: 10,
			...(rule && { repair: rule }),
		});
	}

	/** A call with the account's key, as another program makes it. */
	async inBrevo(method: HttpRequest['method'], path: string, body?: object): Promise<void> {
		const send = this.#http(this.brevo, { 'api-key': BREVO_KEY });
		const answer = await send({
			method,
			url: `${ORIGIN}/v3/${path}`,
			headers: { 'content-type': 'application/json' },
			...(body && { body: JSON.stringify(body) }),
		});
		if (answer.status >= 300) throw new Error(`Brevo answered ${answer.status}: ${answer.body}`);
	}

	get listId(): number {
		return this.#listId;
	}

	/** Requests until now, repeats included. */
	get calls(): { readonly salesforce: number; readonly brevo: number } {
		const { contacts, mail, other } = this.#client.calls;
		return { salesforce: this.#connection.calls, brevo: contacts + mail + other };
	}

	async #forget(key: string): Promise<void> {
		await this.ledger.cache.set(key, '', -1);
	}

	async #run(work: () => Promise<void>): Promise<RunResult> {
		try {
			await work();
			return { kind: 'success' };
		} catch (error) {
			const { message } = error as Error;
			this.said.push(message);
			return { kind: 'failed', message };
		}
	}

	async #carryThere(changes: readonly EmittedChange[]): Promise<void> {
		const { rows: mapping, fields, attributes, options, optOuts } = this.#profile;
		const items = itemsOf(changes);
		const plan = { mapping, fields, attributes, options, optOuts, warnings: [] };
		const mapped = await mapItems(items, plan, await emailOwners(this.ledger, items));
		await this.ledger.pages.record(mapped.outcomes);
		const target = `id:${this.#listId}`;
		const allowed = await this.#guarded(mapped.mapped, target);
		const deliveries = allowed.map((item): Delivery => {
			const sync = syncOf(item);
			const { ext_id, ...contact } = contactOf(item) ?? { ext_id: '', attributes: {} };
			return {
				contact: { ...contact, ext_id: ext_id || (sync?.id ?? '') },
				...(sync && { sync }),
				...(sync?.hash && { hash: sync.hash }),
				...(sync?.task && { task: sync.task }),
			};
		});
		const tools: DeliveryTools = {
			client: this.#client,
			host: this.#host,
			brevoAccount: this.account,
			ledger: this.#dying(),
			download: this.#http(this.brevo, {}),
		};
		await removeContacts(
			tools,
			deliveries.filter(({ sync }) => isGone(sync?.change)),
			this.#options.onDeletionInSalesforce,
			this.#listId,
		);
		await upsertContacts(
			tools,
			deliveries.filter(({ sync }) => !isGone(sync?.change)),
			{ listIds: [this.#listId], target },
		);
	}

	async #carryBack(changes: readonly EmittedChange[]): Promise<void> {
		const { mapped, outcomes } = mapItemsBack(itemsOf(changes), () => this.#profile);
		await this.ledger.pages.record(outcomes);
		const allowed = await this.#guarded(mapped, '');
		await deliverBack(
			{
				connection: this.#connection,
				ledger: this.#dying(),
				host: this.#host,
				profile: this.#profile,
				onDeletion: this.#options.onDeletionInBrevo,
				brake: { number: 1_000_000, share: 1_000_000 },
			},
			allowed.map(backDeliveryOf),
		);
	}

	async #guarded(
		items: readonly INodeExecutionData[],
		target: string,
	): Promise<INodeExecutionData[]> {
		const inputs = items.map((item) => {
			const [sync, contact] = [syncOf(item), contactOf(item)];
			return { ...(sync && { sync }), ...(contact && { contact }) };
		});
		const { decisions, notices } = await guard(
			this.ledger,
			{
				account: this.account,
				period: { id: '2026-11-01', startsAt: START, endsAt: START + FOREVER_MS },
				limit: this.quota,
				lane: 0,
				warnAt: Math.floor(this.quota * 0.8),
				target,
			},
			inputs,
		);
		this.notices.push(...notices.map((notice) => JSON.stringify(notice)));
		return items.flatMap((item, index) => {
			const decision = decisions[index];
			if (decision?.kind !== 'allowed') return [];
			const { hash, inDoubt, task } = decision;
			const more = { ...(hash && { hash }), ...(inDoubt && { inDoubt }), task };
			const sync = { ...(item.json['sync'] as object), ...more };
			return [{ json: { ...item.json, sync } }];
		});
	}

	/** The ledger, out of reach once the writes are done when the run is to crash. */
	#dying(): Ledger {
		if (!this.crashes) return this.ledger;
		this.crashes = false;
		const links = new Proxy(this.ledger.links, {
			get: (store, name: keyof Ledger['links']) =>
				name === 'written'
					? () => Promise.reject(new Error('The process died'))
					: store[name].bind(store),
		});
		return { ...this.ledger, links };
	}

	/* ---------------------------------------------------------------- wires */

	/** As n8n's: logs in, and once more when the session has ended. */
	#salesforceHttp(): Http {
		let token = '';
		const send: Http = async (request) =>
			await this.#http(this.salesforce, { authorization: `Bearer ${token}` })(request);
		return async (request) => {
			const answer = await send(request);
			if (answer.status !== 401) return answer;
			token = await this.#login();
			return await send(request);
		};
	}

	async #login(): Promise<string> {
		const { clientId, clientSecret } = SALESFORCE_LOGIN;
		const form = new URLSearchParams({
			grant_type: 'client_credentials',
			client_id: clientId,
			client_secret: clientSecret,
		});
		const answer = await this.#http(
			this.salesforce,
			{},
		)({
			method: 'POST',
			url: `${ORIGIN}/services/oauth2/token`,
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: form.toString(),
		});
		return (JSON.parse(answer.body) as { access_token: string }).access_token;
	}

	#http(service: Service, own: Readonly<Record<string, string>>): Http {
		const serve = this.#serving(service, own);
		return async (request) => {
			const { pathname } = new URL(request.url);
			const call = {
				to: service === this.brevo ? 'brevo' : 'salesforce',
				what: `${request.method} ${pathname}`,
				writes: isWrite(request.method, pathname),
			};
			return await this.#meet(call, async () => await serve(request));
		};
	}

	#serving(service: Service, own: Readonly<Record<string, string>>): Http {
		return async ({ method, url, headers, body }) => {
			const { pathname, searchParams } = new URL(url);
			const trouble = (this.#beside ?? this).troubles.shift();
			if (trouble === 'lost-before') throw new NoAnswerError('lost');
			if (trouble === 'unavailable') return { status: 503, headers: {}, body: '' };
			if (isWrite(method, pathname)) (this.#beside ?? this).#writes += 1;
			const reply = await service.handle({
				method,
				path: pathname,
				query: searchParams,
				headers: { ...lowerCase(headers), ...own },
				body: Buffer.from(body ?? ''),
				origin: ORIGIN,
			});
			if (trouble === 'lost-after') throw new NoAnswerError('lost');
			const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? '');
			const answer = {
				status: reply.status,
				headers: {
					'content-type': 'application/json',
					date: new Date(this.clock.now()).toUTCString(),
					...lowerCase(reply.headers),
				},
				body:
					reply.body === undefined ? '' : Buffer.isBuffer(reply.body) ? String(reply.body) : text,
			};
			return this.tamper?.({ method, url }, answer) ?? answer;
		};
	}
}

const isWrite = (method: string, path: string): boolean =>
	method !== 'GET' && !/\/(token|composite)$/.test(path);

/** The same ledger, each call of whose stores is met by `meet`. */
function watched(ledger: Ledger, meet: Interference): Ledger {
	const stores = Object.entries(ledger).map(([name, store]): [string, unknown] => {
		if (typeof store !== 'object' || store === null) return [name, store];
		const watchedStore = new Proxy(store as Record<string, (...args: unknown[]) => unknown>, {
			get: (target, method) => {
				const own = target[String(method)];
				if (typeof own !== 'function') return own;
				const call = { to: name, what: String(method), writes: !READS.has(String(method)) };
				return async (...args: unknown[]) =>
					await meet(call, async () => await (own.apply(target, args) as Promise<unknown>));
			},
		});
		return [name, watchedStore];
	});
	return Object.fromEntries(stores) as unknown as Ledger;
}

/** Methods of the stores that change nothing. */
const READS: ReadonlySet<string> = new Set([
	...['get', 'all', 'cursor', 'seen', 'outcomes', 'dueDeferred', 'deferredCount', 'rejections'],
	...['waitingFor', 'activity', 'owners', 'ofRecord', 'status', 'hasRoom', 'hasReservedRoom'],
	...['unsettled', 'pending'],
]);

const itemsOf = (changes: readonly EmittedChange[]): INodeExecutionData[] =>
	changes.map(({ record, sync }) => ({ json: { ...record, sync: { ...sync } } }));

const lowerCase = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

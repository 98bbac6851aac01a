import type { SandboxClock } from '../service.ts';
import { created, invalid, missing, noContent, notFound, ok } from './answers.ts';
import type { ContactEvent } from './contacts.ts';
import type { Call, Route } from './routes.ts';
import type { SandboxReply } from '../service.ts';

/** Brevo: 40 webhooks an account. */
const MOST = 40;
/** Brevo docs, retry-mechanism. */
const RETRY_AFTER_MS = [10, 60, 120, 480].map((minutes) => minutes * 60_000);
/** Brevo docs, batch-webhooks: up to 500 events of five minutes a request. */
const BATCH_MS = 5 * 60_000;
const BATCH_SIZE = 500;

const EVENTS = [
	'contactUpdated',
	'contactDeleted',
	'listAddition',
	'unsubscribed',
	'spam',
	'hardBounce',
	'softBounce',
	'opened',
	'click',
	'delivered',
	'sent',
];
/** Names on the wire against names in the API. */
const WIRE_NAME = {
	contact_updated: 'contactUpdated',
	contact_deleted: 'contactDeleted',
	list_addition: 'listAddition',
	unsubscribed: 'unsubscribed',
} as const;
const TYPES = ['transactional', 'marketing', 'inbound'];

interface Webhook {
	readonly id: number;
	url: string;
	description: string;
	events: string[];
	readonly type: string;
	batched: boolean;
	headers: ReadonlyArray<{ readonly key: string; readonly value: string }>;
	auth?: { readonly token?: string };
	readonly createdAt: number;
	modifiedAt: number;
}

export interface Delivery {
	readonly webhook: number;
	readonly event: string;
	readonly attempt: number;
	/** 0 = no answer. */
	readonly status: number;
	readonly outcome: 'delivered' | 'discarded' | 'to be retried' | 'given up';
}

export class Webhooks {
	readonly #clock: SandboxClock;
	readonly #hooks = new Map<number, Webhook>();
	readonly #batches = new Map<number, object[]>();
	readonly deliveries: Delivery[] = [];
	#nextId = 1;
	#flip = false;

	constructor(clock: SandboxClock) {
		this.#clock = clock;
	}

	get count(): number {
		return this.#hooks.size;
	}

	routes(): Route[] {
		const withHook = ({ params }: Call, answer: (hook: Webhook) => SandboxReply): SandboxReply => {
			const hook = this.#hooks.get(Number(params[0]));
			return hook ? answer(hook) : notFound('Webhook ID does not exist');
		};
		return [
			{ method: 'POST', path: 'webhooks', answer: (call) => this.#create(call) },
			{
				method: 'GET',
				path: 'webhooks',
				answer: (call) => this.#list(call),
			},
			{
				method: 'GET',
				path: 'webhooks/*',
				answer: (call) => withHook(call, (hook) => ok(shown(hook))),
			},
			{
				method: 'PUT',
				path: 'webhooks/*',
				answer: (call) => withHook(call, (hook) => this.#change(hook, call)),
			},
			{
				method: 'DELETE',
				path: 'webhooks/*',
				answer: (call) =>
					withHook(call, ({ id }) => {
						this.#hooks.delete(id);
						return noContent;
					}),
			},
		];
	}

	/** Sends an event to everyone who asked for it. `keyName` is '' when a person made the change. */
	fire(event: ContactEvent, keyName: string): void {
		for (const hook of this.#hooks.values()) {
			if (hook.type !== 'marketing' || !hook.events.includes(WIRE_NAME[event.kind])) continue;
			const body = this.#body(hook, event, keyName);
			if (hook.batched) this.#batch(hook, body);
			else void this.#deliver(hook, event.kind, body, 0);
		}
	}

	/** One type at a time, newest first unless asked otherwise (Brevo OpenAPI, getWebhooks). */
	#list({ request: { query } }: Call): SandboxReply {
		const type = query.get('type') ?? 'transactional';
		if (!TYPES.includes(type)) return invalid('type is invalid');
		const found = [...this.#hooks.values()].filter((hook) => hook.type === type);
		if (query.get('sort') !== 'asc') found.reverse();
		return ok({ webhooks: found.map(shown) });
	}

	#create({ body }: Call): SandboxReply {
		const { url, events, type = 'transactional' } = body;
		if (typeof url !== 'string' || !/^https?:\/\//.test(url))
			return missing('url is missing or not valid');
		if (!Array.isArray(events) || !events.every((event) => EVENTS.includes(String(event))))
			return invalid('events are not valid');
		if (this.#hooks.size >= MOST) return invalid(`You have reached the limit of ${MOST} webhooks`);
		const now = this.#clock.now();
		const hook: Webhook = {
			id: this.#nextId++,
			url,
			description: typeof body['description'] === 'string' ? body['description'] : '',
			events: events as string[],
			type: String(type),
			batched: body['batched'] === true,
			headers: (body['headers'] ?? []) as Webhook['headers'],
			...(body['auth'] !== undefined && { auth: body['auth'] as { token?: string } }),
			createdAt: now,
			modifiedAt: now,
		};
		this.#hooks.set(hook.id, hook);
		return created({ id: hook.id });
	}

	#change(hook: Webhook, { body }: Call): SandboxReply {
		if (Array.isArray(body['events'])) hook.events = body['events'] as string[];
		if (typeof body['url'] === 'string') hook.url = body['url'];
		if (typeof body['description'] === 'string') hook.description = body['description'];
		if (typeof body['batched'] === 'boolean') hook.batched = body['batched'];
		if (Array.isArray(body['headers'])) hook.headers = body['headers'] as Webhook['headers'];
		hook.modifiedAt = this.#clock.now();
		return noContent;
	}

	/**
	 * Bodies as captured: list_addition, contact_deleted and the unsubscription in 2019, with the
	 * address on top; contact_updated in 2021 (sendinblue/APIv3-php-library#175), with it inside.
	 * Both date formats in turn. No body names the ext_id.
	 */
	#body(
		hook: Webhook,
		{ kind, contact, listIds, blacklisted }: ContactEvent,
		keyName: string,
	): object {
		const iso = new Date(this.#clock.now()).toISOString();
		this.#flip = !this.#flip;
		const date = this.#flip ? iso : spaced(iso);
		const ts = Math.floor(this.#clock.now() / 1000);
		const email = contact.ids.email ?? '';
		const base = { id: hook.id, event: kind, ts };
		switch (kind) {
			case 'contact_updated': {
				const values =
					blacklisted === undefined
						? { list: {}, attributes: { ...contact.attributes, SMS: contact.ids.SMS } }
						: { emailBlacklist: blacklisted };
				// Changelog 2026-11-01: the name comes with these two events only.
				return { ...base, date, content: [{ email, ...values }], api_key_name: keyName };
			}
			case 'list_addition':
				return { ...base, email, list_id: listIds, date, api_key_name: keyName };
			case 'contact_deleted':
				// Captured as an array, documented as a string.
				return { ...base, email: this.#flip ? [email] : email, date };
			case 'unsubscribed':
				return {
					...base,
					// Captured in 2019; the documentation says unsubscribed.
					event: this.#flip ? 'unsubscribe' : 'unsubscribed',
					camp_id: 1,
					email,
					'campaign name': 'Sandbox',
					date_sent: spaced(iso),
					date_event: spaced(iso),
					tag: '',
					list_id: [...contact.lists],
					ts_sent: ts,
					ts_event: ts,
				};
		}
	}

	#batch(hook: Webhook, body: object): void {
		const waiting = this.#batches.get(hook.id);
		if (waiting) {
			waiting.push(body);
			return;
		}
		this.#batches.set(hook.id, [body]);
		this.#clock.after(BATCH_MS, () => {
			const all = this.#batches.get(hook.id) ?? [];
			this.#batches.delete(hook.id);
			for (let at = 0; at < all.length; at += BATCH_SIZE) {
				void this.#deliver(hook, 'batch', all.slice(at, at + BATCH_SIZE), 0);
			}
		});
	}

	/** Any 5xx, and any 4xx but 429, discards the event at once; silence and 429 are retried. */
	async #deliver(hook: Webhook, event: string, body: object, attempt: number): Promise<void> {
		const status = await post(hook, body);
		const good = status >= 200 && status < 300;
		const retried = (status === 0 || status === 429) && attempt < RETRY_AFTER_MS.length;
		const lost = status === 0 || status === 429 ? 'given up' : 'discarded';
		this.deliveries.push({
			webhook: hook.id,
			event,
			attempt,
			status,
			outcome: good ? 'delivered' : retried ? 'to be retried' : lost,
		});
		if (!good && retried) {
			this.#clock.after(
				RETRY_AFTER_MS[attempt] ?? 0,
				() => void this.#deliver(hook, event, body, attempt + 1),
			);
		}
	}
}

async function post(hook: Webhook, body: object): Promise<number> {
	const custom = Object.fromEntries(hook.headers.map(({ key, value }) => [key, value]));
	try {
		const response = await fetch(hook.url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				...custom,
				...(hook.auth?.token !== undefined && { authorization: `Bearer ${hook.auth.token}` }),
			},
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(10_000),
		});
		return response.status;
	} catch {
		return 0;
	}
}

/** Brevo's other date format. */
const spaced = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

const shown = ({ id, url, description, events, type, batched, ...hook }: Webhook): object => ({
	id,
	url,
	description,
	events,
	type,
	batched,
	headers: hook.headers,
	...(hook.auth && { auth: hook.auth }),
	createdAt: new Date(hook.createdAt).toISOString(),
	modifiedAt: new Date(hook.modifiedAt).toISOString(),
});

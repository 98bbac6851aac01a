import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';
import { BrevoConfigError, BrevoRefusedError, BrevoUnavailableError } from './errors.ts';

/**
 * Exactly what our webhook listens to. Blocklisting has no event of its own: an unsubscription says
 * `unsubscribed`, a complaint `spam`, a bounce that blocklists `hardBounce`, an edit `contactUpdated`.
 */
export const WEBHOOK_EVENTS = [
	'contactUpdated',
	'contactDeleted',
	'listAddition',
	'unsubscribed',
	'spam',
	'hardBounce',
] as const;

/** Single events: Brevo collects a batch for five minutes (Brevo docs: batch-webhooks). */
const BATCHED = false;

export interface WebhookSetting {
	/** Where Brevo sends the events. */
	readonly url: string;
	readonly description: string;
	/** A header that only Brevo knows. */
	readonly secret: { readonly header: string; readonly value: string };
}

/** Brevo: webhooks of an account, of all programs and types together. */
const MOST_WEBHOOKS = 40;
/** Brevo OpenAPI, GET /webhooks: lists one type at a time. */
const TYPES = ['marketing', 'transactional', 'inbound'] as const;
/** Nothing repairs an answer that is no list; the caller comes again. */
const COME_BACK_MS = 60_000;

type Hook = Readonly<Record<string, unknown>>;

/** The oldest webhook with this URL. It is as wanted when events, delivery and secret are ours. */
export async function findWebhook(
	client: BrevoClient,
	url: string,
	/** Absent: any custom header will do. */
	secret?: WebhookSetting['secret'],
): Promise<{ readonly id: number; readonly isAsWanted: boolean } | undefined> {
	const [first] = await ours(client, url);
	return first && { id: Number(first['id']), isAsWanted: isAsWanted(first, secret) };
}

/** Makes the webhook, or makes the one that has this URL as it is wanted; never leaves two. */
export async function ensureWebhook(
	client: BrevoClient,
	setting: WebhookSetting,
): Promise<{ readonly id: number }> {
	const [first, ...extra] = await ours(client, setting.url);
	for (const hook of extra) await drop(client, Number(hook['id']));
	if (first === undefined) return await make(client, setting);
	const id = Number(first['id']);
	if (isAsWanted(first, setting.secret)) return { id };
	try {
		await client.request('PUT /webhooks/{webhookId}', {
			params: { webhookId: id },
			body: bodyOf(setting),
		});
		return { id };
	} catch (error) {
		// Somebody deleted it in the meantime.
		if (isGone(error)) return await make(client, setting);
		throw error;
	}
}

/** Removes the webhooks with this URL; one that is gone is no error. */
export async function removeWebhook(client: BrevoClient, url: string): Promise<void> {
	for (const hook of await ours(client, url)) await drop(client, Number(hook['id']));
}

function isAsWanted(hook: Hook, secret: WebhookSetting['secret'] | undefined): boolean {
	const { events, batched, headers } = hook;
	const heard = new Set<unknown>(Array.isArray(events) ? events : []);
	const sent: unknown[] = Array.isArray(headers) ? headers : [];
	return (
		heard.size === WEBHOOK_EVENTS.length &&
		WEBHOOK_EVENTS.every((event) => heard.has(event)) &&
		(batched === true) === BATCHED &&
		sent.some(
			(one) =>
				isObject(one) &&
				(!secret || (one['key'] === secret.header && one['value'] === secret.value)),
		)
	);
}

/** The webhooks with this URL, oldest first. */
const ours = async (client: BrevoClient, url: string): Promise<Hook[]> =>
	(await webhooks(client, 'marketing'))
		.filter((hook) => hook['url'] === url)
		.sort((left, right) => Number(left['id']) - Number(right['id']));

async function webhooks(client: BrevoClient, type: (typeof TYPES)[number]): Promise<Hook[]> {
	try {
		const { json, status } = await client.request('GET /webhooks', { query: { type } });
		const listed = json?.['webhooks'] ?? [];
		if (Array.isArray(listed)) return listed.filter(isObject);
		// Taking this for "none" would make a second webhook.
		throw new BrevoUnavailableError('GET /webhooks', {
			reason: 'unreadable',
			status,
			mayHaveHappened: false,
			retryAt: client.host.clock.now() + COME_BACK_MS,
		});
	} catch (error) {
		// An account without any may say so with a 404.
		if (isGone(error)) return [];
		throw error;
	}
}

const bodyOf = ({ url, description, secret }: WebhookSetting) => ({
	url,
	description,
	events: WEBHOOK_EVENTS,
	batched: BATCHED,
	headers: [{ key: secret.header, value: secret.value }],
});

async function make(
	client: BrevoClient,
	setting: WebhookSetting,
): Promise<{ readonly id: number }> {
	try {
		const { json } = await client.request('POST /webhooks', {
			body: { ...bodyOf(setting), type: 'marketing', channel: 'email' },
		});
		return { id: Number(json?.['id']) };
	} catch (error) {
		// The answer was lost; the webhook may be there all the same.
		const made = isLost(error) ? await findWebhook(client, setting.url) : undefined;
		if (made) return { id: made.id };
		throw error instanceof BrevoRefusedError ? await refusal(client, setting, error) : error;
	}
}

const isLost = (error: unknown): boolean =>
	error instanceof BrevoUnavailableError && error.mayHaveHappened;

const isGone = (error: unknown): boolean =>
	error instanceof BrevoRefusedError && error.status === 404;

async function refusal(
	client: BrevoClient,
	{ url }: WebhookSetting,
	cause: BrevoRefusedError,
): Promise<BrevoConfigError> {
	let count = 0;
	for (const type of TYPES) count += (await webhooks(client, type)).length;
	const origin = URL.canParse(url) ? new URL(url).origin : 'this n8n';
	return count >= MOST_WEBHOOKS
		? new BrevoConfigError(
				`The Brevo account has ${count} webhooks, and no more than ${MOST_WEBHOOKS} are allowed`,
				'Delete webhooks that nothing uses any more (Brevo: Settings, Webhooks), or switch “Use a Webhook” off: changes are then found every few minutes.',
				{ cause },
			)
		: new BrevoConfigError(
				`Brevo does not take ${origin} as the address of a webhook`,
				'Brevo must be able to reach this n8n from the internet: set WEBHOOK_URL to its public address, or switch “Use a Webhook” off.',
				{ cause },
			);
}

async function drop(client: BrevoClient, webhookId: number): Promise<void> {
	try {
		await client.request('DELETE /webhooks/{webhookId}', { params: { webhookId } });
	} catch (error) {
		if (!isGone(error)) throw error;
	}
}

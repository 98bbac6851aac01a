import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';
import { BrevoConfigError, BrevoRefusedError, BrevoUnavailableError } from './errors.ts';

/**
 * What our webhook listens to. Blocklisting has no event of its own: an unsubscription says
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

export interface WebhookSetting {
	/** Where Brevo sends the events. */
	readonly url: string;
	readonly description: string;
	/** A header that only Brevo knows. */
	readonly secret: { readonly header: string; readonly value: string };
}

/** Brevo: webhooks of an account, of all programs together. */
const MOST_WEBHOOKS = 40;

/** Makes the webhook, or makes the one that has this URL as it is wanted; never leaves two. */
export async function ensureWebhook(client: BrevoClient, setting: WebhookSetting): Promise<number> {
	const [first, ...extra] = await ours(client, setting.url);
	for (const id of extra) await drop(client, id);
	if (first === undefined) return await make(client, setting);
	await client.request('PUT /webhooks/{webhookId}', {
		params: { webhookId: first },
		body: bodyOf(setting),
	});
	return first;
}

/** Removes the webhooks with this URL; one that is gone is no error. */
export async function removeWebhook(client: BrevoClient, url: string): Promise<void> {
	for (const id of await ours(client, url)) await drop(client, id);
}

const ours = async (client: BrevoClient, url: string): Promise<number[]> =>
	(await webhooks(client)).filter((hook) => hook['url'] === url).map(({ id }) => Number(id));

async function webhooks(
	client: BrevoClient,
): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
	try {
		const { json } = await client.request('GET /webhooks', { query: { type: 'marketing' } });
		return Array.isArray(json?.['webhooks']) ? json['webhooks'].filter(isObject) : [];
	} catch (error) {
		// An account without any may say so with a 404.
		if (error instanceof BrevoRefusedError && error.status === 404) return [];
		throw error;
	}
}

/** Single events: a batch may be five minutes late. */
const bodyOf = ({ url, description, secret }: WebhookSetting) => ({
	url,
	description,
	events: WEBHOOK_EVENTS,
	batched: false,
	headers: [{ key: secret.header, value: secret.value }],
});

async function make(client: BrevoClient, setting: WebhookSetting): Promise<number> {
	try {
		const { json } = await client.request('POST /webhooks', {
			body: { ...bodyOf(setting), type: 'marketing', channel: 'email' },
		});
		return Number(json?.['id']);
	} catch (error) {
		// The answer was lost; the webhook may be there all the same.
		const [made] = isLost(error) ? await ours(client, setting.url) : [];
		if (made !== undefined) return made;
		throw error instanceof BrevoRefusedError ? await refusal(client, setting, error) : error;
	}
}

const isLost = (error: unknown): boolean =>
	error instanceof BrevoUnavailableError && error.mayHaveHappened;

async function refusal(
	client: BrevoClient,
	{ url }: WebhookSetting,
	cause: BrevoRefusedError,
): Promise<BrevoConfigError> {
	const count = (await webhooks(client)).length;
	return count >= MOST_WEBHOOKS
		? new BrevoConfigError(
				`The Brevo account has ${count} webhooks, and no more than ${MOST_WEBHOOKS} are allowed`,
				'Delete webhooks that nothing uses any more (Brevo: Settings, Webhooks), or switch “Use a Webhook” off: changes are then found every few minutes.',
				{ cause },
			)
		: new BrevoConfigError(
				`Brevo does not take ${new URL(url).origin} as the address of a webhook`,
				'Brevo must be able to reach this n8n from the internet: set WEBHOOK_URL to its public address, or switch “Use a Webhook” off.',
				{ cause },
			);
}

async function drop(client: BrevoClient, webhookId: number): Promise<void> {
	try {
		await client.request('DELETE /webhooks/{webhookId}', { params: { webhookId } });
	} catch (error) {
		if (!(error instanceof BrevoRefusedError && error.status === 404)) throw error;
	}
}

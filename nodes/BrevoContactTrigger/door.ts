import type {
	IDataObject,
	IHookFunctions,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import {
	backStreamOf,
	ensureWebhook,
	hintsOf,
	identifierHashes,
	locationInThisN8n,
	removeWebhook,
	sampleBack,
} from '../../sync/index.ts';
import type { EventHint } from '../../sync/brevo/events.ts';
import type { Host } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { brevoAccess } from '../context/brevo.ts';
import { itemsOf } from '../context/emit.ts';
import { forPublishing, inOneLine } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { withLedger } from '../context/ledger.ts';
import { asText } from '../context/textParameter.ts';
import { backSource } from './backSource.ts';
import { backParameters } from './parameters.ts';
import { isSecret, SECRET_HEADER, secretOf, SeenSecrets } from './secret.ts';

/* The door that Brevo knocks at. What it says is a hint; the trigger looks at the contact itself. */

/** Bytes. A batch of 500 events of the captured size is under 1 MB. */
const LARGEST_BODY = 5_000_000;
/** Contacts that one body may name; Brevo batches 500 events. Above, one look at what changed. */
const MOST_HINTS = 1_000;

/** One for the process: a webhook makes its context anew for each request. */
const seen = new SeenSecrets({ now: () => Date.now() });

/* ---------------------------------------------------------------- registering */

const onWebhook =
	(
		work: (
			context: IHookFunctions,
			input: { readonly url: string; readonly host: Host },
		) => Promise<boolean>,
	) =>
	async (context: IHookFunctions): Promise<boolean> => {
		try {
			const url = context.getNodeWebhookUrl('default') ?? '';
			return await work(context, { url, host: n8nHost(context) });
		} catch (error) {
			throw forPublishing(context.getNode(), error);
		}
	};

export const createWebhook = onWebhook(async (context, { url, host }) => {
	const { integration, useWebhook } = backParameters(context);
	if (!useWebhook) return true;
	const { client } = await brevoAccess(context, host);
	await withLedger(context, host, async (ledger) => {
		await ensureWebhook(client, {
			url,
			description: `n8n: ${integration}`,
			secret: { header: SECRET_HEADER, value: secretOf(ledger, integration) },
		});
	});
	return true;
});

export const deleteWebhook = onWebhook(async (context, { url, host }) => {
	const { client } = await brevoAccess(context, host);
	await removeWebhook(client, url);
	return true;
});

/* ---------------------------------------------------------------- receiving */

export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const host = n8nHost(context);
	const { integration, ownWriter } = backParameters(context);
	const headers = context.getHeaderData() as Readonly<Record<string, unknown>>;
	const answer = (status: number, body: IDataObject): IWebhookResponseData => {
		respond(context, status, body);
		return { noWebhookResponse: true };
	};
	const given = asText(headers[SECRET_HEADER]);
	const forged = (): IWebhookResponseData =>
		answer(403, { error: 'The secret header is missing or wrong' });
	try {
		const door = JSON.stringify([locationInThisN8n(), context.getNode().credentials, integration]);
		if (seen.isWrong(door, given)) return forged();
		return await withLedger(context, host, async (ledger) => {
			const secret = secretOf(ledger, integration);
			seen.note(door, secret);
			if (!isSecret(given, secret)) return forged();
			if (!/^application\/json\b/i.test(asText(headers['content-type']))) {
				return answer(415, { error: 'Only JSON is understood' });
			}
			const tooLarge = bodyBytes(context, headers) > LARGEST_BODY;
			const told = tooLarge ? [] : hintsOf(context.getBodyData());
			const isUnknown = tooLarge || told.length > MOST_HINTS;
			const hints = isUnknown ? [] : told;
			const strangers = hints.filter(({ byApi }) => ownWriter === '' || byApi !== ownWriter);
			const recordIds = await recordsOf(ledger, integration, strangers, isUnknown);
			if (context.getMode() === 'manual') return await sample(context, host, ledger, recordIds);
			await ledger.hints.note(backStreamOf(integration), recordIds);
			return answer(200, { received: hints.length });
		});
	} catch (error) {
		context.logger.warn(`${integration}: ${inOneLine(error)}`);
		// Brevo tries again after a 429 only; any other error would lose the event.
		return answer(429, { error: 'Try again later' });
	}
}

/** The part of Express's response that is used here. */
interface Response {
	status(code: number): { json(body: IDataObject): void };
}

const respond = (context: IWebhookFunctions, status: number, body: IDataObject): void =>
	(context.getResponseObject() as unknown as Response).status(status).json(body);

/** As unpacked by n8n, which itself takes no more than N8N_PAYLOAD_SIZE_MAX. */
function bodyBytes(context: IWebhookFunctions, headers: Readonly<Record<string, unknown>>): number {
	const { rawBody } = context.getRequestObject() as { rawBody?: Buffer };
	return Math.max(rawBody?.length ?? 0, Number(headers['content-length'] ?? 0) || 0);
}

/** Whose contacts the events are about; '' for one that nobody knows by its present address. */
async function recordsOf(
	ledger: Ledger,
	integration: string,
	hints: readonly EventHint[],
	isUnknown: boolean,
): Promise<string[]> {
	const account = (await ledger.integrations.get(integration))?.brevoAccount ?? '';
	const hashOf = (email: string): string =>
		identifierHashes(ledger, { email, attributes: {} }).emailHash ?? '';
	const ids = hints.flatMap(({ extId }) => extId ?? []);
	const owners = await ledger.links.owners(
		account,
		hints.flatMap(({ email }) => (email ? { emailHash: hashOf(email) } : [])),
	);
	const links = await ledger.links.get(integration, ids);
	const found = new Set<string>(isUnknown ? [''] : []);
	for (const { email, extId } of hints) {
		const owner = owners.get(hashOf(email ?? ''));
		if (extId !== undefined && links.has(extId)) found.add(extId);
		else if (owner) found.add(owner.integration === integration ? owner.recordId : '');
		else found.add('');
	}
	return [...found];
}

/** The editor's test: the first contact of the integration, nothing moved or remembered. */
async function sample(
	context: IWebhookFunctions,
	host: Host,
	ledger: Ledger,
	recordIds: readonly string[],
): Promise<IWebhookResponseData> {
	const { client } = await brevoAccess(context, host);
	const { integration } = backParameters(context);
	const changes = await sampleBack(
		{ ledger, host, backOf: integration, source: backSource(client) },
		recordIds.filter((id) => id !== ''),
	);
	if (changes.length > 0) return { workflowData: [itemsOf(changes)] };
	respond(context, 200, { received: 0 });
	return { noWebhookResponse: true };
}

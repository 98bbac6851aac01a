import type { IAllExecuteFunctions } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { brevoClient, getAccount, limitersOf } from '../../sync/index.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { Host } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { type HttpContext, n8nHttp } from './http.ts';
import { AGE_MS } from './remembered.ts';

export const BREVO_CREDENTIAL = 'brevoSyncApi';

export type BrevoContext = HttpContext & Pick<IAllExecuteFunctions, 'getCredentials'>;

export interface BrevoAccess {
	readonly client: BrevoClient;
	/** Fingerprint of the API key: tells credentials apart without keeping the key. */
	readonly keyPrint: string;
}

/** The Brevo client of the node's credential. */
export async function brevoAccess(context: BrevoContext, host: Host): Promise<BrevoAccess> {
	const { apiKey, baseUrl } = await context.getCredentials<{ apiKey: string; baseUrl?: string }>(
		BREVO_CREDENTIAL,
	);
	const keyPrint = createHash('sha256').update(apiKey).digest('hex').slice(0, 16);
	const client = brevoClient({
		http: n8nHttp(context, BREVO_CREDENTIAL),
		host,
		limiters: limitersOf(keyPrint),
		...(baseUrl && { baseUrl: baseUrl.replace(/\/+$/, '') }),
	});
	return { client, keyPrint };
}

/** Brevo organisation id; the quota's key. Remembered in the ledger. */
export async function brevoAccount(access: BrevoAccess, ledger: Ledger): Promise<string> {
	const key = `brevo-account|${access.keyPrint}`;
	const known = await ledger.cache.get(key);
	if (known !== undefined) return JSON.parse(known) as string;
	const { organizationId } = await getAccount(access.client);
	await ledger.cache.set(key, JSON.stringify(organizationId), AGE_MS.account);
	return organizationId;
}

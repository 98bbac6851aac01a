import type { IExecuteFunctions } from 'n8n-workflow';
import { listAttributes } from '../../sync/index.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { Host } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { brevoAccess } from '../context/brevo.ts';
import { fieldsOf, salesforceAccess } from '../context/salesforce.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';

/** What both sides tell about their fields. */
export interface Metadata {
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
}

export interface MetadataSource {
	readonly client: BrevoClient;
	/** What was read in the last minutes, by whichever process. */
	cached(): Promise<Metadata | undefined>;
	/** Reads both sides anew, and remembers. */
	read(): Promise<Metadata>;
	remember(metadata: Metadata): Promise<void>;
}

/** Describe and attributes change rarely; a page must not cost a call each. */
const METADATA_TTL_MS = 10 * 60_000;

export async function metadataSource(
	context: IExecuteFunctions,
	host: Host,
	ledger: Ledger | undefined,
): Promise<MetadataSource> {
	const object = context.getNodeParameter('object', 0) as SalesforceObject;
	const { client, keyPrint } = await brevoAccess(context, host);
	const credentials = Object.values(context.getNode().credentials ?? {}).map(({ id }) => id);
	const key = `metadata|${object}|${keyPrint}|${credentials.join('|')}`;
	const remember = async (metadata: Metadata): Promise<void> =>
		await ledger?.cache.set(key, JSON.stringify(metadata), METADATA_TTL_MS);
	return {
		client,
		remember,
		cached: async () => {
			const json = await ledger?.cache.get(key);
			return json === undefined ? undefined : (JSON.parse(json) as Metadata);
		},
		read: async () => {
			const authentication = context.getNodeParameter('salesforceAuthentication', 0);
			const connection = await salesforceAccess(
				context,
				authentication as SalesforceAuthentication,
				host,
			);
			const metadata = {
				fields: await fieldsOf(connection, object),
				attributes: await listAttributes(client),
			};
			await remember(metadata);
			return metadata;
		},
	};
}

import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { listAttributes, preflight, usableRows } from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { Host } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { MappingOptions } from '../../sync/mapping/convert.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import type { Mapping, MappingRow } from '../../sync/mapping/pairs.ts';
import type { Problem } from '../../sync/mapping/preflight.ts';
import { brevoAccess } from '../context/brevo.ts';
import { fieldsOf, salesforceAccess } from '../context/salesforce.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';

/** A mapping that has passed the pre-flight, with what it takes to apply it. */
export interface MappingPlan {
	readonly mapping: Mapping;
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
	readonly options: MappingOptions;
	/** Rows that were dropped, in words. */
	readonly warnings: readonly string[];
}

interface Metadata {
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
}

/** Describe and attributes change rarely; a page must not cost a call each. */
const METADATA_TTL_MS = 10 * 60_000;

/** Reads the parameters, checks them against both sides; throws when the mapping cannot work. */
export async function mappingPlan(
	context: IExecuteFunctions,
	host: Host,
	ledger: Ledger | undefined,
): Promise<MappingPlan> {
	const rows = context.getNodeParameter('mapping.rows', 0, []) as MappingRow[];
	const options = context.getNodeParameter('options', 0) as { timeZone?: string };
	const country = context.getNodeParameter('defaultCountry', 0) as string;
	const metadata = await liveMetadata(context, host, ledger);
	const problems = preflight(rows, metadata.fields, metadata.attributes);
	const stops = problems.filter(({ severity }) => severity === 'stops');
	if (stops.length > 0) throw refusal(context, stops);
	return {
		...metadata,
		mapping: usableRows(rows, problems, metadata.attributes),
		options: {
			zone: options.timeZone || context.getTimezone(),
			defaultCountry: (country || undefined) as MappingOptions['defaultCountry'],
		},
		warnings: problems.map(({ message }) => message),
	};
}

function refusal(context: IExecuteFunctions, problems: readonly Problem[]): NodeOperationError {
	const [first] = problems;
	const lines = problems.map(({ message, remedy, row }) =>
		[row && `${row.attribute} ← ${row.field}:`, message, remedy].filter(Boolean).join(' '),
	);
	return new NodeOperationError(context.getNode(), first?.message ?? 'The mapping cannot be used', {
		description: lines.join('<br>'),
	});
}

async function liveMetadata(
	context: IExecuteFunctions,
	host: Host,
	ledger: Ledger | undefined,
): Promise<Metadata> {
	const authentication = context.getNodeParameter('salesforceAuthentication', 0);
	const object = context.getNodeParameter('object', 0) as SalesforceObject;
	const access = await brevoAccess(context, host);
	const credentials = Object.values(context.getNode().credentials ?? {}).map(({ id }) => id);
	const key = `metadata|${object}|${access.keyPrint}|${credentials.join('|')}`;
	const cached = await ledger?.cache.get(key);
	if (cached !== undefined) return JSON.parse(cached) as Metadata;
	const connection = await salesforceAccess(
		context,
		authentication as SalesforceAuthentication,
		host,
	);
	const metadata = {
		fields: await fieldsOf(connection, object),
		attributes: await listAttributes(access.client),
	};
	await ledger?.cache.set(key, JSON.stringify(metadata), METADATA_TTL_MS);
	return metadata;
}

import { listAttributes } from '../../sync/index.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { rememberedFields } from '../context/describe.ts';
import { AGE_MS, cacheOf, remembered } from '../context/remembered.ts';
import { fieldsOf } from '../context/salesforce.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';
import type { Desk } from './desk.ts';

/** What both sides tell about their fields. */
export interface Metadata {
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
	/** All of it was read just now. */
	readonly isLive: boolean;
	/** The fields were read so long ago that they alone are no reason to turn a record away. */
	readonly isOld: boolean;
}

export interface MetadataSource {
	readonly client: BrevoClient;
	/** What was read lately, by whichever process; what is too old is read anew. */
	known(): Promise<Metadata>;
	/** Both sides as they are now. */
	read(): Promise<Metadata>;
	noteAttributes(attributes: readonly BrevoAttribute[]): Promise<void>;
}

/** A type that was changed in Salesforce must not turn records away for the whole age of a describe. */
const OLD_MS = AGE_MS.attributes;

export async function metadataSource(desk: Desk): Promise<MetadataSource> {
	const { context, host, ledger, sides } = desk;
	const { clock } = host;
	const object = context.getNodeParameter('object', 0) as SalesforceObject;
	const authentication = context.getNodeParameter(
		'salesforceAuthentication',
		0,
	) as SalesforceAuthentication;
	const { client, keyPrint } = await sides.brevo();
	const cache = cacheOf(ledger);
	const described = await rememberedFields(context, authentication, object, cache, clock);
	const listed = remembered<readonly BrevoAttribute[]>(
		cache,
		`attributes|${keyPrint}`,
		AGE_MS.attributes,
		clock,
	);
	const describe = async () =>
		await described.note(await fieldsOf(await sides.salesforce(), object));
	const list = async () => await listed.note(await listAttributes(client));
	return {
		client,
		known: async () => {
			const [fields, attributes] = [await described.recall(), await listed.recall()];
			return {
				fields: (fields ?? (await describe())).value,
				attributes: (attributes ?? (await list())).value,
				isLive: !fields && !attributes,
				isOld: fields !== undefined && clock.now() - fields.readAt >= OLD_MS,
			};
		},
		read: async () => ({
			fields: (await describe()).value,
			attributes: (await list()).value,
			isLive: true,
			isOld: false,
		}),
		noteAttributes: async (attributes) => {
			await listed.note(attributes);
		},
	};
}

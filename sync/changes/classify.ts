import type { ChangeKind, SalesforceObject, SalesforceRecord } from './change.ts';
import { normaliseStamp } from './soql.ts';

export interface ClassifyContext {
	readonly object: SalesforceObject;
	/** The record was emitted before, as far as the overlap window remembers. */
	readonly seenBefore: boolean;
	/** Start of the stretch being read (ISO 8601); absent during an initial import. */
	readonly readFrom?: string | undefined;
}

/**
 * What happened to a record since it was last acknowledged. Salesforce does not say; it follows
 * from its system fields (IsDeleted, MasterRecordId, IsConverted, CreatedDate).
 */
export function classify(record: SalesforceRecord, context: ClassifyContext): ChangeKind {
	if (record['IsDeleted'] === true) return record['MasterRecordId'] ? 'merged' : 'deleted';
	if (context.object === 'Lead' && record['IsConverted'] === true) return 'converted';
	if (context.seenBefore) return 'updated';
	if (context.readFrom === undefined) return 'created';
	return normaliseStamp(String(record['CreatedDate'])) >= context.readFrom ? 'created' : 'updated';
}

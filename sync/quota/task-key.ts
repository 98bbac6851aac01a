import type { SyncContext } from '../changes/change.ts';

/** Identity of the write of a record, to Brevo or back to Salesforce; see TaskRequest. */
export const taskKey = ({
	integration,
	backOf,
	id,
}: Pick<SyncContext, 'integration' | 'backOf' | 'id'>): string =>
	backOf === undefined ? `${integration}|to-brevo|${id}` : `${backOf}|to-salesforce|${id}`;

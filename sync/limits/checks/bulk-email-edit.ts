/** A record whose e-mail address differs from the one that was last written to Brevo. */
export interface EmailChange {
	readonly recordId: string;
	/** Salesforce user id (LastModifiedById). */
	readonly modifiedBy: string;
	/** ISO 8601, whole seconds: Salesforce stamps all records of one transaction alike. */
	readonly systemModstamp: string;
}

/**
 * Limit `bulk-email-edit`: ids of the records whose address one user changed in the same second as
 * that of another record, which is what a bulk edit leaves behind. An address that is written for
 * the first time is no change and does not belong into `changes`.
 */
export function bulkEmailEdits(changes: readonly EmailChange[]): ReadonlySet<string> {
	const idsByEdit = new Map<string, Set<string>>();
	for (const { recordId, modifiedBy, systemModstamp } of changes) {
		const edit = `${modifiedBy} ${systemModstamp}`;
		idsByEdit.set(edit, (idsByEdit.get(edit) ?? new Set()).add(recordId));
	}
	return new Set([...idsByEdit.values()].filter((ids) => ids.size > 1).flatMap((ids) => [...ids]));
}

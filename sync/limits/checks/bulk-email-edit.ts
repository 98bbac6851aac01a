/** A record whose e-mail address differs from the one that was last written to Brevo. */
export interface EmailChange {
	readonly recordId: string;
	/** Salesforce user id (LastModifiedById). */
	readonly modifiedBy: string;
	/** ISO 8601, whole seconds: Salesforce stamps all records of one transaction alike. */
	readonly systemModstamp: string;
}

/**
 * Record ids by edit: the same user in the same second. More than one record in an edit is what a
 * bulk edit leaves behind (limit bulk-email-edit). An address that is written for the first time is
 * no change and does not belong into `changes`.
 */
export function emailEdits(
	changes: readonly EmailChange[],
): ReadonlyMap<string, ReadonlySet<string>> {
	const edits = new Map<string, Set<string>>();
	for (const { recordId, modifiedBy, systemModstamp } of changes) {
		const edit = `${modifiedBy} ${systemModstamp}`;
		edits.set(edit, (edits.get(edit) ?? new Set()).add(recordId));
	}
	return edits;
}

import type { IdentifierHashes, Ledger, Link } from './ledger/ledger.ts';
import { type EmailChange, emailEdits } from './limits/checks/bulk-email-edit.ts';
import type { Candidate } from './plan.ts';

/** How long a bulk edit is remembered for those of its records that come with later pages. */
const BULK_EDIT_MS = 7 * 86_400_000;

/** Longest that an answer follows its write, milliseconds. */
const ANSWER_MS = 30_000;

const isOwnWrite = (answeredAt: string, systemModstamp: string): boolean => {
	const late = Date.parse(answeredAt) - Date.parse(systemModstamp);
	return late >= 0 && late <= ANSWER_MS;
};

/** Limit bulk-email-edit: records whose address was changed together with that of others. */
export async function bulkEdited(
	ledger: Ledger,
	integration: string,
	candidates: readonly Candidate[],
	identifiers: readonly IdentifierHashes[],
	links: ReadonlyMap<string, Link>,
): Promise<ReadonlySet<string>> {
	const waiting = await ledger.pages.waitingFor(
		integration,
		candidates.map(({ sync }) => sync.id),
	);
	const changes = candidates.flatMap(({ sync }, index): EmailChange[] => {
		const { id, modifiedBy, systemModstamp, lifts } = sync;
		const link = links.get(id);
		const before = link?.emailHash;
		const after = identifiers[index]?.emailHash;
		const isOther = before !== undefined && after !== undefined && before !== after;
		// One that could not be written until now was edited earlier.
		const isEdit = isOther && waiting.get(id) !== after;
		// Our own write back has put its user and its second over the edit's.
		if (link?.salesforceWrittenAt && isOwnWrite(link.salesforceWrittenAt, systemModstamp))
			return [];
		if (!isEdit || modifiedBy === undefined || lifts?.includes('bulk-email-edit')) return [];
		return [{ recordId: id, modifiedBy, systemModstamp }];
	});
	const bulk = new Set<string>();
	for (const [edit, recordIds] of emailEdits(changes)) {
		const key = `bulk-email-edit|${integration}|${edit}`;
		const isBulk = recordIds.size > 1;
		if (isBulk) await ledger.cache.set(key, 'true', BULK_EDIT_MS);
		if (isBulk || (await ledger.cache.get(key))) for (const id of recordIds) bulk.add(id);
	}
	return bulk;
}

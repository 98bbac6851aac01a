import type { SalesforceRecord, Watermark } from '../changes/change.ts';
import { stampOf } from '../changes/page-run.ts';
import { fieldHashes } from '../field-hashes.ts';
import type { Cursor, FieldHashes, Ledger, Link, Standing } from '../ledger/ledger.ts';
import { type EmailChange, emailEdits } from '../limits/checks/bulk-email-edit.ts';
import { mapRecord } from '../mapping/map-record.ts';
import { OPT_OUT_FIELD, type Profile } from '../profile.ts';
import type { Reason } from './differences.ts';

/** What Salesforce's records are compared with. */
export interface RecordDesk {
	readonly ledger: Ledger;
	readonly integration: string;
	readonly profile: Profile;
	readonly cursor: Cursor;
	/** Changes come back from Brevo, too. */
	readonly isBothWays: boolean;
}

/**
 * Salesforce's side, a page at a time: which records there are, and where they differ from what the
 * ledger knows to be in Brevo. Keeps ids and hashes of what differs, no value.
 */
export class RecordSide {
	/** Every record that was read. */
	readonly present = new Set<string>();
	/** Records that are explained, and why. */
	readonly alone = new Map<string, Reason>();
	/** Of linked records: hashes of values that are not those last written. */
	readonly changed = new Map<string, FieldHashes>();
	/** Of linked records: mapped attributes that the record says nothing about. */
	readonly silent = new Map<string, ReadonlySet<string>>();
	/** Records that were never written, or whose contact was removed. */
	readonly unwritten = new Set<string>();
	/** Linked records whose mapping ends in a refusal that nobody was told of. */
	readonly unmappable = new Set<string>();
	readonly optOuts = new Set<string>();
	readonly #desk: RecordDesk;
	#emailChanges: EmailChange[] = [];

	constructor(desk: RecordDesk) {
		this.#desk = desk;
	}

	/** Takes a page in; a record that comes again counts as it is then. */
	async add(records: readonly SalesforceRecord[]): Promise<void> {
		const { ledger, integration } = this.#desk;
		const ids = records.map(idOf);
		const links = await ledger.links.get(integration, ids);
		const standing = await ledger.pages.standing(integration, ids);
		for (const record of records) {
			const id = idOf(record);
			this.forget(id);
			this.present.add(id);
			const reason = this.#explained(record, links.get(id), standing.get(id));
			if (reason) this.alone.set(id, reason);
			else this.#compare(record, links.get(id));
		}
	}

	/** As if the record had not been read. */
	forget(id: string): void {
		this.present.delete(id);
		this.alone.delete(id);
		this.changed.delete(id);
		this.silent.delete(id);
		this.unwritten.delete(id);
		this.unmappable.delete(id);
		this.optOuts.delete(id);
	}

	/** Once all are read: addresses that one user changed in one second (limit bulk-email-edit). */
	explainBulkEdits(): void {
		for (const ids of emailEdits(this.#emailChanges).values()) {
			if (ids.size > 1) for (const id of ids) this.alone.set(id, 'bulkEmailEdit');
		}
		this.#emailChanges = [];
	}

	#explained(
		record: SalesforceRecord,
		link: Link | undefined,
		standing: Standing | undefined,
	): Reason | undefined {
		const { cursor, isBothWays } = this.#desk;
		if (record['IsConverted'] === true) return 'converted';
		if (isAfter(record, cursor.watermark)) return 'moving';
		if (standing) return standing.kind === 'deferred' ? 'waiting' : 'rejected';
		if (!link && cursor.floor && !isAfter(record, cursor.floor)) return 'beforeStart';
		// Deleted in Brevo, and the way back has decided that the record stays as it is.
		if (link?.removedAt && isBothWays) return 'wayBack';
		return undefined;
	}

	#compare(record: SalesforceRecord, link: Link | undefined): void {
		const { ledger, profile } = this.#desk;
		const { rows, fields, attributes, options, optOuts } = profile;
		const id = idOf(record);
		const mapped = mapRecord(record, rows, fields, attributes, options);
		if (mapped.emailEmptied && link?.emailHash) this.alone.set(id, 'emailEmptied');
		else if (!link || link.removedAt) this.unwritten.add(id);
		else if (mapped.kind === 'rejected') this.unmappable.add(id);
		else {
			const wanted = fieldHashes(ledger, mapped.contact);
			const changed = Object.entries(wanted).filter(([name, hash]) => link.fields[name] !== hash);
			if (changed.length > 0) this.changed.set(id, Object.fromEntries(changed));
			const silent = rows.map(({ attribute }) => attribute).filter((name) => !(name in wanted));
			if (silent.length > 0) this.silent.set(id, new Set(silent));
			const objects = optOuts && record[OPT_OUT_FIELD] === true;
			if (objects && !link.salesforceOptedOut) this.optOuts.add(id);
			this.#noteEmailChange(record, link, wanted['EMAIL']);
		}
	}

	#noteEmailChange(record: SalesforceRecord, link: Link, email: string | undefined): void {
		const before = link.fields['EMAIL'];
		const modifiedBy = record['LastModifiedById'];
		const isEdit = before !== undefined && email !== undefined && before !== email;
		const isLifted = this.#desk.profile.options.lifts?.has('bulk-email-edit') === true;
		if (!isEdit || isLifted || typeof modifiedBy !== 'string') return;
		this.#emailChanges.push({
			recordId: link.recordId,
			modifiedBy,
			systemModstamp: stampOf(record),
		});
	}
}

const idOf = (record: SalesforceRecord): string => String(record['Id']);

/** Whether the record stands behind this position in the change stream. */
function isAfter(record: SalesforceRecord, position: Watermark | undefined): boolean {
	if (!position) return true;
	const stamp = stampOf(record);
	if (stamp !== position.systemModstamp) return stamp > position.systemModstamp;
	return idOf(record) > position.id;
}

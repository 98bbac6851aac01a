import { randomUUID } from 'node:crypto';
import {
	type ChangeType,
	changeBody,
	changedFields,
	CAPTURED,
	type RowChange,
} from './changeBody.ts';
import type { ObjectName } from './ids.ts';
import type { Organization } from './organization.ts';
import { USER_ID } from './organization.ts';

export type CapturedObject = (typeof CAPTURED)[number];

/** What a person does in the browser. */
const BROWSER = 'com/salesforce/api/soap/67.0;client=SfdcInternalAPI/';

/** A change event as it stands in the event bus; `payload` as CometD carries it. */
export interface ChangeEvent {
	readonly object: CapturedObject;
	readonly payload: Readonly<Record<string, unknown>>;
}

interface Pending {
	readonly object: CapturedObject;
	readonly changeType: ChangeType;
	readonly changeOrigin: string;
	readonly changedFields: readonly string[];
	readonly body: Readonly<Record<string, unknown>>;
	readonly recordIds: string[];
}

/**
 * Makes change events of what happens to records. All that one call of the API changes is one
 * transaction; the same change of several records is one event (reference: salesforce 2.5).
 */
export class ChangeFeed {
	readonly #organization: Organization;
	readonly #publish: (event: ChangeEvent) => void;
	readonly #selected = new Set<ObjectName>(CAPTURED);
	#pending: Pending[] = [];
	#origin = BROWSER;
	#lose = 0;
	#commits = 1_721_136_551_405_000;

	constructor(organization: Organization, publish: (event: ChangeEvent) => void) {
		this.#organization = organization;
		this.#publish = publish;
	}

	/** Setup > Change Data Capture. */
	select(object: ObjectName, selected: boolean): void {
		if (selected) this.#selected.add(object);
		else this.#selected.delete(object);
	}

	isSelected(object: string): boolean {
		return this.#selected.has(object as ObjectName);
	}

	/** The next events never come into being, as when Salesforce loses them. */
	lose(events: number): void {
		this.#lose = events;
	}

	/** Does `work`, which a program does through this interface ("rest/67.0"). */
	through<T>(api: string, callOptions: string | undefined, work: () => T): T {
		const client = /(?:^|[,;\s])client=([^,;\s]+)/.exec(callOptions ?? '')?.[1];
		this.#origin = `com/salesforce/api/${api}${client === undefined ? '' : `;client=${client}`}`;
		try {
			return work();
		} finally {
			this.#origin = BROWSER;
		}
	}

	/** Notes a change of a record; its event follows when the work that is under way is done. */
	note(change: RowChange): void {
		const { row, changeType } = change;
		if (!isCaptured(row.object) || !this.isSelected(row.object)) return;
		const names = changeType === 'UPDATE' ? changedFields(this.#organization.schema, change) : [];
		if (changeType === 'UPDATE' && names.length === 0) return;
		this.#add({
			object: row.object,
			changeType,
			changeOrigin: this.#origin,
			changedFields: names,
			body: changeBody(this.#organization, change, names),
			recordIds: [row.id],
		});
	}

	/** An event without a body: GAP_UPDATE and the like, or GAP_OVERFLOW, which names no record. */
	gap(object: CapturedObject, changeType: string, recordIds: readonly string[]): void {
		this.#publish({
			object,
			payload: { ChangeEventHeader: this.#header(object, changeType, '', [], [...recordIds]) },
		});
	}

	/** How much is noted; `forget` takes back what a transaction noted beyond that. */
	get noted(): number {
		return this.#pending.length;
	}

	forget(from: number): void {
		this.#pending.length = Math.min(this.#pending.length, from);
	}

	#add(change: Pending): void {
		if (this.#pending.length === 0) queueMicrotask(() => this.#commit());
		this.#pending.push(change);
	}

	#commit(): void {
		const merged = new Map<string, Pending>();
		for (const change of this.#pending) {
			const { recordIds, ...same } = change;
			const key = change.changeType === 'UPDATE' ? JSON.stringify(same) : randomUUID();
			const known = merged.get(key);
			if (known) known.recordIds.push(...recordIds);
			else merged.set(key, change);
		}
		this.#pending = [];
		this.#commits += 1;
		const transactionKey = randomUUID();
		let sequenceNumber = 0;
		for (const { object, changeType, changeOrigin, body, ...rest } of merged.values()) {
			sequenceNumber += 1;
			if (this.#lose > 0) {
				this.#lose -= 1;
				continue;
			}
			const header = this.#header(
				object,
				changeType,
				changeOrigin,
				rest.changedFields,
				rest.recordIds,
			);
			const ChangeEventHeader = { ...header, transactionKey, sequenceNumber };
			this.#publish({ object, payload: { ...body, ChangeEventHeader } });
		}
	}

	#header(
		entityName: string,
		changeType: string,
		changeOrigin: string,
		changed: readonly string[],
		recordIds: readonly string[],
	): Readonly<Record<string, unknown>> {
		return {
			commitNumber: this.#commits,
			commitUser: USER_ID,
			sequenceNumber: 1,
			entityName,
			changeType,
			changedFields: changed,
			changeOrigin,
			transactionKey: randomUUID(),
			// All captured ones end in 000 (reference: data/salesforce/cdc-events.json).
			commitTimestamp: this.#organization.stamp(),
			recordIds,
		};
	}
}

const isCaptured = (object: ObjectName): object is CapturedObject =>
	(CAPTURED as readonly string[]).includes(object);

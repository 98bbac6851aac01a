import type { ChangeSource } from '../changes/pump.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ContactSide } from './contact-side.ts';
import type { Reason } from './differences.ts';
import type { Finding } from './findings.ts';
import type { RecordSide } from './record-side.ts';

/** One query of Salesforce takes 180 ids; one of them is that of a witness. */
const IDS_PER_QUESTION = 179;

export interface GoneDesk {
	readonly ledger: Ledger;
	readonly integration: string;
	readonly source: ChangeSource;
	readonly hasFilter: boolean;
}

export interface Gone {
	readonly findings: readonly Finding[];
	readonly alone: ReadonlyMap<string, Reason>;
}

/**
 * What became of records that have a contact and were not among those that were read. Each is asked
 * for by its id, together with a record that is known to be there: an answer without this witness is
 * none. Only a record that Salesforce itself calls deleted counts as deleted. Those that turn out to
 * be there join the others.
 */
export async function lookForLost(
	desk: GoneDesk,
	ids: readonly string[],
	records: RecordSide,
	contacts: ContactSide,
): Promise<Gone> {
	const findings: Finding[] = [];
	const alone = new Map<string, Reason>();
	const lost: string[] = [];
	for (let start = 0; start < ids.length; start += IDS_PER_QUESTION) {
		const some = ids.slice(start, start + IDS_PER_QUESTION);
		const standing = await desk.ledger.pages.standing(desk.integration, some);
		const asked: string[] = [];
		for (const id of some) {
			const { kind, limit } = standing.get(id) ?? {};
			if (!contacts.present.has(id)) alone.set(id, 'goneOnBothSides');
			else if (kind === 'rejected') alone.set(id, 'rejected');
			else if (kind === 'deferred' && limit !== 'out-of-sight') alone.set(id, 'waiting');
			else asked.push(id);
		}
		const answer = await ask(desk, asked, witnessOf(records));
		if (!answer) for (const id of asked) alone.set(id, 'unconfirmed');
		else {
			for (const id of answer.deleted) findings.push(found('deleted', id, contacts));
			for (const id of answer.outside) alone.set(id, 'outsideFilter');
			await records.add(answer.there);
			lost.push(...answer.lost);
		}
	}
	const purged = lost.length > 0 ? await desk.source.deleted(lost) : new Set<string>();
	for (const id of lost)
		findings.push(found(purged.has(id) ? 'deleted' : 'vanished', id, contacts));
	return { findings, alone };
}

const found = (
	kind: 'deleted' | 'vanished',
	recordId: string,
	{ present }: ContactSide,
): Finding => {
	const brevoId = present.get(recordId);
	return { kind, recordId, ...(brevoId !== undefined && { brevoId }) };
};

const witnessOf = ({ present }: RecordSide): string | undefined => present.values().next().value;

interface Answer {
	readonly deleted: readonly string[];
	readonly outside: readonly string[];
	readonly there: Awaited<ReturnType<ChangeSource['byIds']>>;
	readonly lost: readonly string[];
}

/** Undefined when the answer cannot be trusted. */
async function ask(
	{ source, hasFilter }: GoneDesk,
	ids: readonly string[],
	witness: string | undefined,
): Promise<Answer | undefined> {
	if (ids.length === 0) return { deleted: [], outside: [], there: [], lost: [] };
	if (witness === undefined) return undefined;
	const answered = await source.byIds([...ids, witness]);
	const byId = new Map(answered.map((record) => [String(record['Id']), record] as const));
	if (!byId.has(witness)) return undefined;
	const deleted = ids.filter((id) => byId.get(id)?.['IsDeleted'] === true);
	const live = ids.filter((id) => byId.has(id) && byId.get(id)?.['IsDeleted'] !== true);
	const fitting = new Set(
		hasFilter && live.length > 0
			? (await source.fitting(live)).map((record) => String(record['Id']))
			: live,
	);
	return {
		deleted,
		outside: live.filter((id) => !fitting.has(id)),
		there: answered.filter((record) => fitting.has(String(record['Id']))),
		lost: ids.filter((id) => !byId.has(id)),
	};
}

import type { Stage } from '../../demo/stage.ts';
import { normaliseStamp } from '../../sync/changes/soql.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { look, type View } from './view.ts';

export interface Promised {
	/** Tasks of the month. */
	readonly limit: number;
	/** The quota is used up: records may wait for it. */
	readonly mayWait: boolean;
	/** Nobody has changed anything: each record was read once, and costs a task if it was written. */
	readonly exact?: boolean;
}

/** What was promised and is not so, in words; empty at rest. */
export async function broken(
	stage: Pick<Stage, 'sandbox'>,
	ledger: Ledger,
	{ limit, mayWait, exact = false }: Promised,
): Promise<string[]> {
	const view = await look(stage, ledger);
	const { records, waiting, left, activity, used, contacts } = view;
	const read = activity.read === records.length;
	return [
		...always(view, limit),
		...records.filter((record) => !isDealtWith(view, record)).map(lost),
		...left.filter(({ Id }) => !waiting.has(String(Id))).map(leftBehind),
		...when(!mayWait && waiting.size > 0, `${waiting.size} records wait for nothing`),
		...when(exact && !read, `${records.length} records were read as ${activity.read}`),
		...when(exact && used !== contacts.size, `${contacts.size} contacts cost ${used} tasks`),
	];
}

/** What must be so at any moment, n8n dead or alive, and is not. */
export async function brokenNow(
	stage: Pick<Stage, 'sandbox'>,
	ledger: Ledger,
	limit: number,
	/** Edited in Brevo: the edit is still to come to Salesforce. */
	underWay: ReadonlySet<string> = new Set(),
): Promise<string[]> {
	const view = await look(stage, ledger);
	return [...always(view, limit), ...aheadOfWork(view, underWay)];
}

function always({ activity, used, contacts, mails }: View, limit: number): string[] {
	const { read, written, unchanged, excluded, rejected, deferred, tasks } = activity;
	const sum = written + unchanged + excluded + rejected + deferred;
	return [
		...when(read !== sum, `${read} records have ${sum} outcomes`),
		...when(used > limit, `${used} tasks are charged, the limit is ${limit}`),
		...when(used < contacts.size, `${contacts.size} contacts for ${used} tasks`),
		...when(used < tasks, `the pages say ${tasks} tasks, the month ${used}`),
		...NOTICES.filter((kind) => mails.filter((subject) => kind.test(subject)).length > 1).map(
			(kind) => `a notice (${kind.source}) went out twice`,
		),
	];
}

/** Subjects of the two notices. */
export const NOTICES = [/quota is used$/, /the sync is paused$/];

/** The cursor has passed nothing that is neither in Brevo nor kept with a reason. */
function aheadOfWork(view: View, underWay: ReadonlySet<string>): string[] {
	const { cursor, snapshot, records, left, waiting, rejected, contacts } = view;
	if (snapshot !== undefined) {
		const known = contacts.size + rejected.size + waiting.size;
		return when(known < snapshot.done, `${snapshot.done} records are passed, ${known} known`);
	}
	const mark = cursor?.watermark;
	if (!mark) return [];
	const isPassed = ({ Id, SystemModstamp }: Record<string, unknown>): boolean => {
		const stamp = normaliseStamp(String(SystemModstamp));
		return stamp < mark.systemModstamp || (stamp === mark.systemModstamp && String(Id) <= mark.id);
	};
	return [
		...records
			.filter((record) => isPassed(record) && !isDealtWith(view, record))
			.filter((record) => !underWay.has(idOf(record)))
			.map(lost),
		...left.filter((record) => isPassed(record) && !waiting.has(idOf(record))).map(leftBehind),
	];
}

const idOf = (record: Readonly<Record<string, unknown>>): string => String(record['Id']);
const lost = (record: Readonly<Record<string, unknown>>): string =>
	`${idOf(record)} is not in Brevo as in Salesforce, and nobody says why`;
const leftBehind = (record: Readonly<Record<string, unknown>>): string =>
	`${idOf(record)} is in the list and no longer in Salesforce`;
const when = (isSo: boolean, what: string): string[] => (isSo ? [what] : []);

/** In Brevo as in Salesforce, or kept with a reason. */
function isDealtWith(
	{ contacts, rejected, waiting, frozen }: View,
	record: Readonly<Record<string, unknown>>,
): boolean {
	const id = idOf(record);
	if (rejected.has(id) || waiting.has(id) || frozen.has(id)) return true;
	const { email, attributes, listIds } = (contacts.get(id) ?? {}) as {
		email?: string;
		attributes?: Readonly<Record<string, unknown>>;
		listIds?: readonly number[];
	};
	return (
		email === String(record['Email']).toLowerCase() &&
		isSame(attributes?.['FIRSTNAME'], record['FirstName']) &&
		isSame(attributes?.['LASTNAME'], record['LastName']) &&
		(listIds?.length ?? 0) > 0
	);
}

/** A name that Salesforce does not know, Brevo does not have. */
const isSame = (there: unknown, here: unknown): boolean => (there ?? '') === (here ?? '');

import { INTEGRATION, type Stage } from '../../demo/stage.ts';
import { allRejections } from '../../demo/story.ts';
import { tasksUsed } from '../../demo/summary.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';

export interface Promised {
	/** Tasks of the month. */
	readonly limit: number;
	/** The quota is used up: records may wait for it. */
	readonly mayWait: boolean;
}

/** What was promised and is not so, in words; empty at rest. */
export async function broken(
	{ sandbox }: Pick<Stage, 'sandbox'>,
	ledger: Ledger,
	{ limit, mayWait }: Promised,
): Promise<string[]> {
	const records = sandbox.salesforce.admin.records({ object: 'Contact' });
	const contacts = new Map(
		sandbox.brevo.admin
			.contacts({ limit: Number.MAX_SAFE_INTEGER })
			.map((contact) => [contact['ext_id'], contact]),
	);
	const rejected = new Set((await allRejections(ledger)).map(({ recordId }) => recordId));
	const everDue = Number.MAX_SAFE_INTEGER;
	const waiting = new Set(
		await ledger.pages.dueDeferred(INTEGRATION, everDue, true, records.length),
	);
	const wrong = records.flatMap((record) => {
		const id = String(record['Id']);
		if (rejected.has(id) || waiting.has(id)) return [];
		const { email, attributes, listIds } = (contacts.get(id) ?? {}) as {
			email?: string;
			attributes?: Record<string, unknown>;
			listIds?: readonly number[];
		};
		const isRight =
			email === String(record['Email']).toLowerCase() &&
			attributes?.['LASTNAME'] === record['LastName'] &&
			(listIds?.length ?? 0) > 0;
		return isRight ? [] : [`${id} is not in Brevo as in Salesforce, and nobody says why`];
	});
	const ids = new Set(records.map(({ Id }) => Id));
	const ghosts = [...contacts.values()].filter(
		({ ext_id: id, listIds }) =>
			typeof id === 'string' && !ids.has(id) && (listIds as readonly number[]).length > 0,
	);
	const {
		read,
		written,
		unchanged,
		excluded,
		rejected: turnedAway,
		deferred,
	} = await ledger.pages.activity(INTEGRATION);
	const used = await tasksUsed(ledger);
	const subjects = sandbox.brevo.admin.mailbox().map(({ subject }) => subject);
	return [
		...wrong,
		...(mayWait || waiting.size === 0 ? [] : [`${waiting.size} records wait for nothing`]),
		...ghosts.map(({ ext_id: id }) => `${String(id)} is in the list and no longer in Salesforce`),
		...(read === written + unchanged + excluded + turnedAway + deferred
			? []
			: ['the outcomes do not add up']),
		...(used <= limit ? [] : [`${used} tasks are charged, the limit is ${limit}`]),
		...(used >= contacts.size ? [] : [`${contacts.size} contacts for ${used} tasks`]),
		...(new Set(subjects).size === subjects.length ? [] : ['a notice went out twice']),
	];
}

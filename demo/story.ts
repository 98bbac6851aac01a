import { setTimeout as sleep } from 'node:timers/promises';
import { explain } from '../sync/limits/explain.ts';
import { isLimitId } from '../sync/limits/table.ts';
import type { Ledger, Rejection } from '../sync/ledger/ledger.ts';
import { arrivals, type Arrival } from './arrivals.ts';
import { INTEGRATION, type Stage } from './stage.ts';

/** Longest wait for records to be accounted for, milliseconds. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 250;

/** One direction: its workflow, and its name in the ledger. */
export interface Way {
	readonly workflowId: string;
	readonly stream: string;
}

/** A record and what a person is about to do to it. */
export interface Deed {
	readonly id: string;
	/** Goes on after "a contact …". */
	readonly words: string;
	readonly act: () => void;
}

export interface Told {
	readonly recordId: string;
	readonly words: string;
	/** How it ended, from the execution's own output. */
	readonly arrival: Arrival | undefined;
}

/** What the demo changes in Salesforce, in words, and how. */
interface Edit {
	readonly words: string;
	readonly action: 'update' | 'delete';
	readonly values?: Readonly<Record<string, unknown>>;
}

const EDITS: readonly Edit[] = [
	{ words: 'gets a new last name', action: 'update', values: { LastName: 'Newname-Demo' } },
	{
		words: 'gets a new description, which is not mapped',
		action: 'update',
		values: { Description: 'Met at the fair' },
	},
	{ words: 'loses the e-mail address', action: 'update', values: { Email: null } },
	{ words: 'is deleted', action: 'delete' },
];

/** Waits until `count` more records have an outcome than `since`. */
export async function accounted(
	ledger: Ledger,
	since: number,
	count: number,
	stream = INTEGRATION,
): Promise<void> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	for (;;) {
		const { read } = await ledger.pages.activity(stream);
		if (read >= since + count) return;
		if (Date.now() > giveUpAt) {
			const integration = await ledger.integrations.get(stream);
			const trouble = integration?.lastError ?? 'the log of n8n may say why';
			throw new Error(`Only ${read - since} of ${count} records were handled in time: ${trouble}`);
		}
		await sleep(LOOK_EVERY_MS);
	}
}

/** Changes four contacts in Salesforce as people would, and tells what became of each. */
export async function playEdits(stage: Stage, ledger: Ledger): Promise<Told[]> {
	const { admin } = stage.sandbox.salesforce;
	const cast = await chooseContacts(stage, ledger);
	const deeds = cast.map(({ id, edit }) => {
		const input = { object: 'Contact', id, ...(edit.values && { values: edit.values }) };
		return { id, words: edit.words, act: () => void admin[edit.action](input) };
	});
	return await play(stage, ledger, { workflowId: stage.workflow.id, stream: INTEGRATION }, deeds);
}

/** Does all of it at once, waits until each has an outcome, and tells it. */
export async function play(
	stage: Stage,
	ledger: Ledger,
	{ workflowId, stream }: Way,
	deeds: readonly Deed[],
): Promise<Told[]> {
	const before = (await ledger.pages.activity(stream)).read;
	const [latest] = await stage.n8n().executions(workflowId, 1);
	for (const { act } of deeds) act();
	await accounted(ledger, before, deeds.length, stream);
	const outcomes = await arrivals(stage, workflowId, Number(latest?.id ?? 0));
	// While the quota is used up the trigger keeps ids without starting the workflow.
	const waiting = new Set(await ledger.pages.dueDeferred(stream, Date.now(), true, 10_000));
	const kept: Arrival = {
		outcome: 'deferred',
		limit: 'quota-exhausted',
		reason: explain('quota-paused').message,
	};
	return deeds.map(({ id, words }) => ({
		recordId: id,
		words,
		arrival: outcomes.get(id) ?? (waiting.has(id) ? kept : undefined),
	}));
}

/** Four contacts that were written; the one to delete must have no case, or Salesforce refuses. */
async function chooseContacts(
	stage: Stage,
	ledger: Ledger,
): Promise<Array<{ readonly id: string; readonly edit: Edit }>> {
	const contacts = stage.sandbox.salesforce.admin.records({ object: 'Contact' });
	const ids = contacts.map(({ Id }) => String(Id));
	const links = await ledger.links.get(INTEGRATION, ids);
	const cases = stage.sandbox.salesforce.admin.records({ object: 'Case' });
	const withCase = new Set(cases.map(({ ContactId }) => ContactId));
	const written = ids.filter((id) => links.has(id));
	// Those without a case go last, where the deletion is.
	const sorted = [
		...written.filter((id) => withCase.has(id)),
		...written.filter((id) => !withCase.has(id)),
	];
	const last = sorted.at(-1);
	const others = sorted.slice(0, -1);
	const chosen = EDITS.map((edit) => ({
		id: edit.action === 'delete' ? last : others.shift(),
		edit,
	}));
	return chosen.flatMap(({ id, edit }) => (id === undefined ? [] : [{ id, edit }]));
}

/** Rejections by limit, most first, with the words for people. */
export async function rejectionsByLimit(
	ledger: Ledger,
): Promise<Array<{ readonly limit: string; readonly count: number; readonly words: string }>> {
	const groups = Map.groupBy(await allRejections(ledger), ({ limit }) => limit);
	return [...groups]
		.map(([limit, rejections]) => ({
			limit,
			count: rejections.length,
			words: isLimitId(limit) ? explain(limit, common(rejections)).message : '',
		}))
		.sort((a, b) => b.count - a.count || (a.limit < b.limit ? -1 : 1));
}

/** The field that all of them were rejected for, if it is one; shapes differ from each to each. */
function common(rejections: readonly Rejection[]): { readonly field?: string } {
	const [field, ...others] = new Set(rejections.map((rejection) => rejection.field));
	return field !== undefined && others.length === 0 ? { field } : {};
}

export async function allRejections(ledger: Ledger): Promise<Rejection[]> {
	const all: Rejection[] = [];
	for (;;) {
		const after = all.at(-1)?.recordId;
		const page = await ledger.pages.rejections(INTEGRATION, {
			most: 500,
			...(after !== undefined && { after }),
		});
		all.push(...page);
		if (page.length < 500) return all;
	}
}

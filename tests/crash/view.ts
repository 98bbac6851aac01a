import { INTEGRATION, type Stage } from '../../demo/stage.ts';
import { allRejections } from '../../demo/story.ts';
import { tasksUsed } from '../../demo/summary.ts';
import type { Activity, Cursor, Ledger } from '../../sync/ledger/ledger.ts';

type Values = Readonly<Record<string, unknown>>;

/** Both sides and the ledger at one moment. n8n may be at work meanwhile: what it may still change is
 *  read first, so that it is never further than what is looked at later. */
export interface View {
	readonly cursor: Cursor | undefined;
	/** Everything is being read; the cursor stands at its beginning. */
	readonly snapshot: { readonly done: number } | undefined;
	readonly rejected: ReadonlySet<string>;
	/** Deferred, for whatever reason. */
	readonly waiting: ReadonlySet<string>;
	/** Their address was emptied, or changed in one second with another's: the contact stays as it is,
	 *  and the ledger knows why (limits email-emptied, bulk-email-edit). */
	readonly frozen: ReadonlySet<string>;
	/** Of Salesforce, without deleted ones. */
	readonly records: readonly Values[];
	/** In Brevo, by Salesforce id. */
	readonly contacts: ReadonlyMap<string, Values>;
	/** Deleted records whose contact is still in the list. */
	readonly left: readonly Values[];
	/** Subjects of the mails that went out. */
	readonly mails: readonly string[];
	readonly activity: Activity;
	/** Tasks charged to this month. */
	readonly used: number;
}

const ALL = Number.MAX_SAFE_INTEGER;

export async function look({ sandbox }: Pick<Stage, 'sandbox'>, ledger: Ledger): Promise<View> {
	const cursor = await ledger.pages.cursor(INTEGRATION);
	const snapshot = await ledger.snapshots.get(INTEGRATION);
	const rejected = new Set((await allRejections(ledger)).map(({ recordId }) => recordId));
	const waiting = new Set(await ledger.pages.dueDeferred(INTEGRATION, ALL, true, 100_000));
	const { salesforce, brevo } = sandbox;
	const records = salesforce.admin.records({ object: 'Contact' });
	const contacts = new Map(
		brevo.admin
			.contacts({ limit: ALL })
			.flatMap((contact) =>
				typeof contact['ext_id'] === 'string' ? [[contact['ext_id'], contact] as const] : [],
			),
	);
	const ids = new Set(records.map(({ Id }) => Id));
	const readdressed = records.filter(({ Id, Email }) => {
		const contact = contacts.get(String(Id));
		return contact !== undefined && contact['email'] !== Email;
	});
	const ghosts = [...contacts.values()].filter(
		({ ext_id: id, listIds }) => !ids.has(id) && (listIds as readonly number[]).length > 0,
	);
	return {
		cursor,
		snapshot: snapshot?.endedAt === undefined ? snapshot : undefined,
		rejected,
		waiting,
		frozen: await frozenOf(ledger, readdressed),
		records,
		contacts,
		left: salesforce.admin.records({
			object: 'Contact',
			ids: ghosts.map(({ ext_id: id }) => String(id)),
		}),
		mails: brevo.admin.mailbox().map(({ subject }) => String(subject)),
		used: await tasksUsed(ledger),
		activity: await ledger.pages.activity(INTEGRATION),
	};
}

const FREEZING: ReadonlySet<string | undefined> = new Set(['email-emptied', 'bulk-email-edit']);

async function frozenOf(ledger: Ledger, readdressed: readonly Values[]): Promise<Set<string>> {
	const frozen = new Set<string>();
	for (const { Id: id } of readdressed) {
		const verdicts = (await ledger.desk.record(INTEGRATION, String(id)))?.verdicts ?? [];
		if (verdicts.some(({ limit }) => FREEZING.has(limit))) frozen.add(String(id));
	}
	return frozen;
}

import { backStreamOf, type Ledger } from '../sync/ledger/ledger.ts';
import { explain } from '../sync/limits/explain.ts';
import { INTEGRATION, type Stage } from './stage.ts';
import { play, type Told } from './story.ts';

/** The way back in the ledger. */
export const BACK_STREAM = backStreamOf(INTEGRATION);

type PersonsEdit = Parameters<Stage['sandbox']['brevo']['admin']['edit']>[0];

/** What the demo changes in Brevo, in words, and how. */
const EDITS: ReadonlyArray<{ readonly words: string; readonly edit: PersonsEdit }> = [
	{ words: 'gets a new last name', edit: { attributes: { LASTNAME: 'Backname-Demo' } } },
	{ words: 'loses the last name', edit: { attributes: { LASTNAME: '' } } },
	{ words: 'unsubscribes', edit: { emailBlacklisted: true } },
	{ words: 'is deleted', edit: { delete: true } },
];
const NEWCOMER = 'newcomer@example.com';

/**
 * Changes contacts in Brevo as people would, adds one, and tells what became of each. Those in
 * `changed` have a story of their own already.
 */
export async function playEditsInBrevo(
	stage: Stage,
	ledger: Ledger,
	changed: readonly string[],
): Promise<Told[]> {
	const { admin } = stage.sandbox.brevo;
	const ids = await contactsInBrevo(stage, ledger, changed);
	const deeds = EDITS.flatMap(({ words, edit }, index) => {
		const id = ids[index];
		return id === undefined
			? []
			: [{ id, words, act: () => void admin.edit({ ext_id: id, ...edit }) }];
	});
	admin.create({ email: NEWCOMER, attributes: { LASTNAME: 'Newcomer' } });
	const way = { workflowId: stage.wayBack.id, stream: BACK_STREAM };
	return [...(await play(stage, ledger, way, deeds)), newcomer(stage)];
}

/** Contacts that came from Salesforce and are still as they were. */
async function contactsInBrevo(
	stage: Stage,
	ledger: Ledger,
	changed: readonly string[],
): Promise<string[]> {
	const all = stage.sandbox.brevo.admin.contacts({ limit: Number.MAX_SAFE_INTEGER });
	const ids = all.flatMap(({ ext_id: id }) => (typeof id === 'string' ? [id] : []));
	const links = await ledger.links.get(INTEGRATION, ids);
	return ids.filter((id) => links.has(id) && !changed.includes(id));
}

/** Looked up in Salesforce itself: nothing counts a contact that was born in Brevo. */
function newcomer({ sandbox }: Stage): Told {
	const isCopied = sandbox.salesforce.admin
		.records({ object: 'Contact' })
		.some(({ Email }) => Email === NEWCOMER);
	return {
		recordId: '(in Brevo only)',
		words: 'is added by a person',
		arrival: isCopied
			? { outcome: 'copied' }
			: {
					outcome: 'not copied',
					limit: 'born-in-brevo',
					reason: explain('born-in-brevo').message,
				},
	};
}

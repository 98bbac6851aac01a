import { deleteContact, getContact } from '../brevo/contacts.ts';
import { removeFromList } from '../brevo/members.ts';
import { rememberOptOut } from '../opt-out-memory.ts';
import type { Delivered, Delivery, DeliveryTools } from './delivery.ts';
import { settle } from './settle.ts';

/** What a deletion in Salesforce does in Brevo. */
export const REMOVAL_ACTIONS = ['nothing', 'removeFromList', 'delete'] as const;
export type RemovalAction = (typeof REMOVAL_ACTIONS)[number];

/**
 * Carries deletions to Brevo and settles each in the ledger; results in order. The contacts are
 * known by the Salesforce id (`ext_id`). Safe to repeat.
 */
export async function removeContacts(
	tools: DeliveryTools,
	deliveries: readonly Delivery[],
	action: RemovalAction,
	listId: number | undefined,
): Promise<Delivered[]> {
	const results: Delivered[] = [];
	const isMerged = ({ sync }: Delivery): boolean => sync?.change === 'merged';
	for (const merged of [false, true]) {
		const some = [...deliveries.entries()].filter(([, delivery]) => isMerged(delivery) === merged);
		// The person goes on as the winner of the merge, who may take over the contact.
		const then = merged && action === 'delete' ? 'removeFromList' : action;
		const removed = await carryOut[then](
			tools,
			some.map(([, delivery]) => delivery),
			listId,
		);
		some.forEach(([index], position) => {
			const result = removed[position];
			if (result) results[index] = result;
		});
	}
	await settle(
		tools,
		deliveries.flatMap((delivery, index) => {
			const delivered = results[index];
			return delivered ? [{ delivery, delivered, target: '' }] : [];
		}),
	);
	return results;
}

/** A removal always comes with the Salesforce id: without it nothing would be known to be ours. */
function externalId({ contact }: Delivery): string {
	if (!contact.ext_id) throw new Error('A contact without an external id cannot be removed');
	return contact.ext_id;
}

/** The contact takes its opt-out with it. */
async function keepOptOut(
	{ client, ledger, brevoAccount }: DeliveryTools,
	delivery: Delivery,
): Promise<void> {
	if (!ledger) return;
	const extId = externalId(delivery);
	const contact = await getContact(client, extId, 'ext_id');
	if (contact?.emailBlacklisted) await rememberOptOut(ledger, brevoAccount, extId);
}

type Removal = (
	tools: DeliveryTools,
	deliveries: readonly Delivery[],
	listId: number | undefined,
) => Promise<Delivered[]>;

const carryOut: Record<RemovalAction, Removal> = {
	nothing: async ({ ledger, host }, deliveries) => {
		// The contact stays, but its address is free for whoever gets it in Salesforce.
		await ledger?.links.revise(
			deliveries.flatMap(({ sync }) =>
				sync
					? [{ integration: sync.integration, recordId: sync.id, removedAt: host.clock.now() }]
					: [],
			),
		);
		return deliveries.map(() => ({ kind: 'excluded', limit: 'delete-ignored' }));
	},

	removeFromList: async ({ client }, deliveries, listId) => {
		if (listId === undefined) throw new Error('To remove contacts from a list, choose the list');
		await removeFromList(client, listId, deliveries.map(externalId));
		// Already out, or not in Brevo any more, is what was wanted.
		return deliveries.map(() => ({ kind: 'written', how: 'removed' }));
	},

	delete: async (tools, deliveries) => {
		const { client } = tools;
		const results: Delivered[] = [];
		for (const delivery of deliveries) {
			await keepOptOut(tools, delivery);
			const result = await deleteContact(client, externalId(delivery));
			results.push(
				result.kind === 'refused'
					? { kind: 'rejected', limit: 'brevo-refused', reason: result.code }
					: { kind: 'written', how: 'deleted' },
			);
		}
		return results;
	},
};

import { deleteContact } from '../brevo/contacts.ts';
import { removeFromList } from '../brevo/members.ts';
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
	const results = await carryOut[action](tools, deliveries, listId);
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

type Removal = (
	tools: DeliveryTools,
	deliveries: readonly Delivery[],
	listId: number | undefined,
) => Promise<Delivered[]>;

const carryOut: Record<RemovalAction, Removal> = {
	nothing: async (_tools, deliveries) =>
		deliveries.map(() => ({ kind: 'excluded', limit: 'delete-ignored' })),

	removeFromList: async ({ client }, deliveries, listId) => {
		if (listId === undefined) throw new Error('To remove contacts from a list, choose the list');
		await removeFromList(client, listId, deliveries.map(externalId));
		// Already out, or not in Brevo any more, is what was wanted.
		return deliveries.map(() => ({ kind: 'written', how: 'removed' }));
	},

	delete: async ({ client }, deliveries) => {
		const results: Delivered[] = [];
		for (const delivery of deliveries) {
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

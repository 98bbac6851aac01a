import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { hasLeft, settle } from '../../../sync/index.ts';
import type { Delivered, Delivery, DeliveryTools } from '../../../sync/deliver/delivery.ts';

/** Deletions go by the external id; everything else needs what Brevo tells contacts apart by. */
const isUnidentified = ({ contact, sync }: Delivery): boolean =>
	!hasLeft(sync?.change) && !contact.email && !contact.attributes['SMS'];

/**
 * Items without address and number, by index. They stop the run before anything is written; where
 * the node is to continue on errors they are rejected, and the others go on.
 */
export async function turnAwayUnidentified(
	context: IExecuteFunctions,
	tools: DeliveryTools,
	deliveries: readonly Delivery[],
): Promise<Map<number, Delivered>> {
	const found = [...deliveries.entries()].filter(([, delivery]) => isUnidentified(delivery));
	const [first] = found;
	if (!first) return new Map();
	if (!context.continueOnFail()) throw unidentified(context, first[0]);
	const delivered: Delivered = { kind: 'rejected', limit: 'email-or-sms-missing' };
	await settle(
		tools,
		found.map(([, delivery]) => ({ delivery, delivered, target: '' })),
	);
	return new Map(found.map(([index]) => [index, delivered]));
}

const unidentified = (context: IExecuteFunctions, itemIndex: number): NodeOperationError =>
	new NodeOperationError(
		context.getNode(),
		'An item has neither an e-mail address nor an SMS number',
		{
			description:
				'Brevo needs one of them. Put Map Contact Fields in front of this node, or choose “Defined Below”.',
			itemIndex,
		},
	);

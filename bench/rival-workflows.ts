import type { INode, INodeParameters } from 'n8n-workflow';
import type { WorkflowTemplate } from '../n8n-host/n8n.ts';

/** The mapping of our own template. The built-in Brevo node cannot put a contact into a list. */
const MAPPED = [
	// Brevo refuses null.
	{ fieldName: 'FIRSTNAME', fieldValue: "={{ $json.FirstName ?? '' }}" },
	{ fieldName: 'LASTNAME', fieldValue: '={{ $json.LastName }}' },
	{ fieldName: 'SMS', fieldValue: "={{ $json.MobilePhone ?? '' }}" },
];
const FIELDS = 'Id,Email,FirstName,LastName,MobilePhone';

type Node = Omit<INode, 'id'>;

/** A built-in node. */
export const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
): Node => ({ name, type: `n8n-nodes-base.${type}`, typeVersion, position: [0, 0], parameters });

/** One contact that Brevo refuses does not stop the others. */
const continuing = (one: Node): Node => ({ ...one, onError: 'continueRegularOutput' });

/** One node after the other. */
export function inARow(name: string, nodes: readonly Node[]): WorkflowTemplate {
	const connections: WorkflowTemplate['connections'] = {};
	for (const [at, { name: from }] of nodes.entries()) {
		const next = nodes[at + 1];
		if (next) connections[from] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	}
	return { name, nodes, connections };
}

export const manualStart = node('Start', 'manualTrigger', 1, {});

/** All contacts, or those that fit the conditions, with the mapped fields. */
export const readContacts = (conditions: readonly INodeParameters[] = []): Node =>
	node('Salesforce', 'salesforce', 1.1, {
		authentication: 'jwt',
		resource: 'contact',
		operation: 'getAll',
		returnAll: true,
		options: {
			fields: FIELDS,
			...(conditions.length > 0 && { conditionsUi: { conditionValues: [...conditions] } }),
		},
	});

/** One call for each contact; with `batch`, as the node's own Batching option spreads them. */
export const upsertContacts = (batch?: {
	readonly size: number;
	readonly intervalMs: number;
}): Node =>
	continuing(
		node('Brevo', 'sendInBlue', 1, {
			resource: 'contact',
			operation: 'upsert',
			email: '={{ $json.Email }}',
			upsertAttributes: { upsertAttributesValues: MAPPED },
			...(batch && {
				requestOptions: {
					batching: { batch: { batchSize: batch.size, batchInterval: batch.intervalMs } },
				},
			}),
		}),
	);

/** The contacts that were changed since the last look, once a minute. */
export const contactUpdated = node('Salesforce Trigger', 'salesforceTrigger', 1.1, {
	authentication: 'jwt',
	triggerOn: 'contactUpdated',
	pollTimes: { item: [{ mode: 'everyMinute' }] },
});

/** Copies all contacts when someone presses the button. */
export const copyAll = (batch?: {
	readonly size: number;
	readonly intervalMs: number;
}): WorkflowTemplate =>
	inARow('Salesforce to Brevo', [manualStart, readContacts(), upsertContacts(batch)]);

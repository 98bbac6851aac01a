import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isGone, removeContacts, upsertContacts } from '../../../sync/index.ts';
import type { AttributeValue } from '../../../sync/brevo/contact.ts';
import type { Delivered, Delivery } from '../../../sync/deliver/delivery.ts';
import type { RemovalAction } from '../../../sync/deliver/remove.ts';
import { requireTasks } from '../../context/guardBefore.ts';
import { contactOf, syncOf } from '../../context/items.ts';
import { targetOf } from '../../context/target.ts';
import { textParameter } from '../../context/textParameter.ts';
import { folderField, listField } from '../listField.ts';
import { type Operation, type OperationInput, shownFor } from '../operation.ts';
import { outputItem } from '../outputItem.ts';
import { byList } from '../resolveList.ts';
import { turnAwayUnidentified } from './unidentified.ts';

const description = shownFor('contact', 'upsert', [
	listField,
	{
		displayName: 'Contact Data',
		name: 'contactSource',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'From Map Contact Fields',
				value: 'mapped',
				description: 'Each item has email, ext_id and attributes already',
			},
			{ name: 'Defined Below', value: 'defined' },
		],
		default: 'mapped',
	},
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		placeholder: 'e.g. nathan@example.com',
		displayOptions: { show: { contactSource: ['defined'] } },
		default: '',
	},
	{
		displayName: 'External ID',
		name: 'extId',
		type: 'string',
		displayOptions: { show: { contactSource: ['defined'] } },
		default: '',
		description: 'Your own ID of this person; Brevo keeps it as EXT_ID and it never repeats',
	},
	{
		displayName: 'Attributes',
		name: 'attributes',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Attribute',
		displayOptions: { show: { contactSource: ['defined'] } },
		default: {},
		options: [
			{
				displayName: 'Attribute',
				name: 'rows',
				values: [
					{
						displayName: 'Name or ID',
						name: 'name',
						type: 'options',
						typeOptions: { loadOptionsMethod: 'getAttributes' },
						default: '',
						description:
							'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
					},
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	},
	{
		displayName: 'When Deleted in Salesforce',
		name: 'onDeletion',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Delete the Contact in Brevo',
				value: 'delete',
				description: 'From all lists, for good',
			},
			{ name: 'Do Nothing', value: 'nothing' },
			{ name: 'Remove From the List', value: 'removeFromList' },
		],
		displayOptions: { show: { contactSource: ['mapped'] } },
		default: 'removeFromList',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [folderField],
	},
]);

async function execute(input: OperationInput): Promise<INodeExecutionData[]> {
	const { context, items, tools, inList } = input;
	requireTasks(context, items);
	const deliveries = items.map((item, index) => deliveryOf(context, item, index));
	const results = await turnAwayUnidentified(context, tools, deliveries);
	const identified = [...items.keys()].filter((index) => !results.has(index));
	for (const { choice, indexes } of byList(context, identified).values()) {
		const ofList = indexes.flatMap((index) => {
			const delivery = deliveries[index];
			return delivery ? [{ index, delivery }] : [];
		});
		const delivered = await inList(
			choice,
			async (listId) => await deliver(input, ofList, listId, targetOf(choice)),
		);
		for (const [index, result] of delivered) results.set(index, result);
	}
	return items.flatMap((item, index) => {
		const delivered = results.get(index);
		return delivered ? [outputItem(context.getNode(), item, index, delivered)] : [];
	});
}

/** Writes or removes the contacts of one list; results by item index. */
async function deliver(
	{ context, tools }: OperationInput,
	deliveries: ReadonlyArray<{ readonly index: number; readonly delivery: Delivery }>,
	listId: number,
	target: string,
): Promise<Map<number, Delivered>> {
	const gone = deliveries.filter(({ delivery: { sync } }) => isGone(sync?.change));
	const alive = deliveries.filter(({ delivery: { sync } }) => !isGone(sync?.change));
	const action = context.getNodeParameter('onDeletion', 0, 'removeFromList') as RemovalAction;
	// First: who is left out may leave the address to the winner of a merge.
	const removed = await removeContacts(
		tools,
		gone.map(({ delivery }) => delivery),
		action,
		listId,
	);
	const upserted = await upsertContacts(
		tools,
		alive.map(({ delivery }) => delivery),
		{
			listIds: [listId],
			target,
		},
	);
	const results = new Map<number, Delivered>();
	alive.forEach(({ index }, position) => set(results, index, upserted[position]));
	gone.forEach(({ index }, position) => set(results, index, removed[position]));
	return results;
}

function set(
	results: Map<number, Delivered>,
	index: number,
	delivered: Delivered | undefined,
): void {
	if (delivered) results.set(index, delivered);
}

function deliveryOf(context: IExecuteFunctions, item: INodeExecutionData, index: number): Delivery {
	const sync = syncOf(item);
	const task = (item.json['sync'] as Partial<Delivery> | undefined)?.task;
	const source = context.getNodeParameter('contactSource', index) as string;
	const contact =
		source === 'defined' ? definedContact(context, index) : mappedContact(item, sync?.id);
	return {
		contact,
		...(sync && { sync }),
		...(sync?.hash && { hash: sync.hash }),
		...(task && { task }),
	};
}

const mappedContact = (item: INodeExecutionData, id: string | undefined): Delivery['contact'] => {
	const { ext_id, ...contact } = contactOf(item) ?? { ext_id: '', attributes: {} };
	return { ...contact, ...withId(ext_id || id) };
};

/** An empty one would be no id of anybody. */
const withId = (id: string | undefined): Pick<Delivery['contact'], 'ext_id'> =>
	id ? { ext_id: id } : {};

function definedContact(context: IExecuteFunctions, index: number): Delivery['contact'] {
	const email = textParameter(context, 'email', index).toLowerCase();
	const rows = context.getNodeParameter('attributes.rows', index, []) as Array<{
		name: string;
		value: AttributeValue;
	}>;
	return {
		...(email !== '' && { email }),
		...withId(textParameter(context, 'extId', index)),
		attributes: Object.fromEntries(
			rows
				.filter(({ name }) => name !== '' && name !== 'EMAIL')
				.map(({ name, value }) => [name, value]),
		),
	};
}

export const upsert: Operation = { description, execute };

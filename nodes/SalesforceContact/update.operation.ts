import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import {
	deliverBack,
	explain,
	explainBack,
	noteTold,
	profileOf,
	updateRecords,
} from '../../sync/index.ts';
import type { SalesforceObject, SyncContext } from '../../sync/changes/change.ts';
import type { BackDelivered, BackDeletion, BackDelivery } from '../../sync/deliver/back.ts';
import type { BrakeRule } from '../../sync/deliver/brake.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { Profile } from '../../sync/profile.ts';
import { noteCalls, salesforceMeter } from '../context/calls.ts';
import { eachItem } from '../context/eachItem.ts';
import { errorItem } from '../context/errorItem.ts';
import { requireTasks } from '../context/guardBefore.ts';
import { integrationOf, itemFrom, syncOf } from '../context/items.ts';
import { requireSameLedger, withLedger } from '../context/ledger.ts';
import {
	type Operation,
	type OperationInput,
	type OperationOutput,
	shownFor,
} from './operation.ts';
import { recordIdField, recordIdOf } from './recordIdField.ts';
import { unwrap } from './unwrap.ts';

const inDefined = (property: INodeProperties): INodeProperties => ({
	...property,
	displayOptions: { show: { recordSource: ['defined'] } },
});
const inMapped = (property: INodeProperties): INodeProperties => ({
	...property,
	displayOptions: { show: { recordSource: ['mapped'] } },
});

const description = shownFor(
	['update'],
	[
		{
			displayName: 'Record Data',
			name: 'recordSource',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Defined Below', value: 'defined' },
				{
					name: 'From Map Contact Fields',
					value: 'mapped',
					description:
						'Changes that Brevo Contact Trigger brought: updates, opt-outs and deletions',
				},
			],
			default: 'mapped',
		},
		inMapped({
			displayName: 'When Deleted in Brevo',
			name: 'onDeletion',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Delete the Record',
					value: 'delete',
					description: 'Into Salesforce’s recycle bin. A contact with a case stays.',
				},
				{ name: 'Do Nothing', value: 'nothing' },
			],
			default: 'nothing',
		}),
		inDefined(recordIdField),
		inDefined({
			displayName: 'Fields',
			name: 'values',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Field',
					name: 'rows',
					values: [
						{
							displayName: 'Name or ID',
							name: 'name',
							type: 'options',
							typeOptions: {
								loadOptionsMethod: 'getReadableFields',
								loadOptionsDependsOn: ['object', 'salesforceAuthentication'],
							},
							default: '',
							description:
								'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
						},
						{
							displayName: 'Value',
							name: 'value',
							type: 'string',
							default: '',
							description: 'Empty empties the field',
						},
					],
				},
			],
		}),
		inMapped({
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Ask From (Records a Day)',
					name: 'brakeNumber',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 0 },
					default: 20,
					description:
						'When more records than this would be deleted or lose a value in one day, they wait and the Alert output tells. Contact Sync, Approve Removals, lets them through.',
				},
				{
					displayName: 'Ask From (Share in %)',
					name: 'brakeShare',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 100 },
					default: 10,
					description: 'The same as a share of the contacts of the integration',
				},
			],
		}),
	],
);

async function execute(input: OperationInput): Promise<OperationOutput> {
	const { context, host } = input;
	if (context.getNodeParameter('recordSource', 0) === 'defined') {
		return { records: await updateDefined(input) };
	}
	return await withLedger(context, host, async (ledger) => await updateMapped(input, ledger));
}

/* ---------------------------------------------------------------- changes of a sync */

async function updateMapped(input: OperationInput, ledger: Ledger): Promise<OperationOutput> {
	const { context, items, connection, host } = input;
	const contexts = items.map(syncOf);
	requireSameLedger(context.getNode(), ledger, contexts);
	requireTasks(context, items);
	const stray = contexts.findIndex((sync) => sync?.backOf === undefined);
	if (stray !== -1) throw notFromBrevo(input, stray);
	const onDeletion = context.getNodeParameter('onDeletion', 0, 'nothing') as BackDeletion;
	const records: INodeExecutionData[] = [];
	const alerts: INodeExecutionData[] = [];
	for (const [stream, indexes] of byStream(contexts)) {
		const profile = await profileFor(ledger, stream, contexts[indexes[0] ?? 0]);
		if (!profile) throw notFromBrevo(input, indexes[0] ?? 0);
		const { delivered, brakeAlert } = await deliverBack(
			{ connection, ledger, host, profile, onDeletion, brake: brakeRule(input) },
			indexes.map((index) => backDeliveryOf(items[index] ?? { json: {} })),
		);
		indexes.forEach((index, position) => {
			const result = delivered[position];
			if (result) records[index] = outputItem(input, index, result);
		});
		if (brakeAlert !== undefined) {
			alerts.push(brakeItem(stream, brakeAlert));
			await noteTold(ledger, stream);
		}
	}
	await noteCalls(ledger, integrationOf(items), salesforceMeter(connection));
	return { records, alerts };
}

function brakeRule({ context }: OperationInput): BrakeRule {
	const { brakeNumber = 20, brakeShare = 10 } = context.getNodeParameter('options', 0, {}) as {
		brakeNumber?: number;
		brakeShare?: number;
	};
	return { number: brakeNumber, share: brakeShare / 100 };
}

const byStream = (
	contexts: ReadonlyArray<SyncContext | undefined>,
): ReadonlyMap<string, number[]> =>
	Map.groupBy([...contexts.keys()], (index) => contexts[index]?.integration ?? '');

/** The mapping of the stream itself when it has one of its own, else of its integration. */
async function profileFor(
	ledger: Ledger,
	stream: string,
	sync: SyncContext | undefined,
): Promise<Profile | undefined> {
	for (const name of [stream, sync?.backOf ?? '']) {
		const integration = await ledger.integrations.get(name);
		const profile = integration && profileOf(integration);
		if (profile) return profile;
	}
	return undefined;
}

export function backDeliveryOf(item: INodeExecutionData): BackDelivery {
	const sync = syncOf(item);
	if (!sync) throw new Error('An item without a sync context');
	return {
		sync,
		fields: (item.json['fields'] ?? {}) as BackDelivery['fields'],
		optsOut: item.json['emailBlacklisted'] === true,
		...(sync.task && { task: sync.task }),
	};
}

const notFromBrevo = ({ context }: OperationInput, itemIndex: number): NodeOperationError =>
	new NodeOperationError(
		context.getNode(),
		'These contacts do not come from Brevo Contact Trigger',
		{
			description:
				'Contacts that did not come from Salesforce are never written there. To update records of your own, choose “Defined Below” under Record Data.',
			itemIndex,
		},
	);

function brakeItem(stream: string, number: number): INodeExecutionData {
	const { message, remedy } = explain('removal-brake', { number });
	return { json: { alert: 'removals', stream, records: number, message, remedy } };
}

function outputItem(
	{ context, items }: OperationInput,
	index: number,
	delivered: BackDelivered,
): INodeExecutionData {
	const item = items[index] ?? { json: {} };
	switch (delivered.kind) {
		case 'written':
			return itemFrom(item, index, {
				outcome: 'written',
				how: delivered.how,
				written: [...delivered.fields],
			});
		case 'unchanged':
			return itemFrom(item, index, { outcome: 'unchanged' });
		default: {
			const { message, remedy } = explainBack(delivered.limit, {
				...('field' in delivered && { field: delivered.field, attribute: delivered.field }),
				...('reason' in delivered && { reason: delivered.reason }),
				...('number' in delivered && { number: delivered.number }),
			});
			const said = 'said' in delivered && delivered.said ? { salesforceSays: delivered.said } : {};
			const details = { outcome: delivered.kind, limit: delivered.limit, remedy, ...said };
			const node = context.getNode();
			return delivered.kind === 'rejected' && node.onError === 'continueErrorOutput'
				? errorItem(node, item, index, { message, ...details })
				: itemFrom(item, index, { ...details, reason: message });
		}
	}
}

/* ---------------------------------------------------------------- records of one's own */

async function updateDefined(input: OperationInput): Promise<INodeExecutionData[]> {
	const { context, connection } = input;
	const object = context.getNodeParameter('object', 0) as SalesforceObject;
	const updates = new Map<number, { id: string; fields: IDataObject }>();
	const records = await eachItem(input, async (index) => {
		const rows = context.getNodeParameter('values.rows', index, []) as Array<{
			name: string;
			value: unknown;
		}>;
		const values = rows.filter(({ name }) => name !== '');
		if (values.length === 0) {
			throw new NodeOperationError(context.getNode(), 'No field is to be updated', {
				description: 'Add a field and its new value.',
				itemIndex: index,
			});
		}
		updates.set(index, {
			id: recordIdOf(context, index),
			fields: Object.fromEntries(
				values.map(({ name, value }) => [name, value === '' ? null : value]),
			) as IDataObject,
		});
		return await Promise.resolve({});
	});
	const wanted = [...updates];
	const results = await updateRecords(
		connection,
		object,
		wanted.map(([, update]) => update),
	);
	wanted.forEach(([index, { id, fields }], position) => {
		const result = results[position];
		if (result?.kind === 'gone') {
			records[index] = {
				json: { Id: id, updated: false, gone: true },
				pairedItem: { item: index },
			};
		} else if (result) {
			records[index] = unwrap(input, index, result, () => ({
				Id: id,
				updated: true,
				fields: Object.keys(fields),
			}));
		}
	});
	return records;
}

export const update: Operation = { description, execute };

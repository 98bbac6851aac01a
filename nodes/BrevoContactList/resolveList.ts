import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { DeliveryTools } from '../../sync/deliver/delivery.ts';
import { findOrCreateList, oneAtATime, requireList } from '../../sync/index.ts';
import type { NamedList } from '../../sync/brevo/lists.ts';
import { asText } from '../context/textParameter.ts';

export interface ListChoice {
	readonly mode: string;
	readonly value: string;
	/** Folder for a list that has to be created. */
	readonly folder: string;
}

/** The list parameter of an item. */
export function listChoice(context: IExecuteFunctions, itemIndex: number): ListChoice {
	const { mode, value } = context.getNodeParameter('list', itemIndex) as {
		mode: string;
		value: unknown;
	};
	const folder = context.getNodeParameter('options.folder', itemIndex, 'Salesforce') as string;
	const text = asText(value);
	if (text === '') {
		throw new NodeOperationError(context.getNode(), 'No Brevo list is chosen', {
			description: 'Choose a list under “List”, or give one a name and it will be created.',
			itemIndex,
		});
	}
	return { mode, value: text, folder };
}

/** Id of the list; one that is chosen by name is created when missing. Throws when it is gone. */
export async function resolveList(
	context: IExecuteFunctions,
	tools: DeliveryTools,
	{ mode, value, folder }: ListChoice,
): Promise<number> {
	if (mode === 'name') return (await namedList(tools, { name: value, folder })).id;
	const id = Number(value);
	if (!Number.isInteger(id) || id < 1) {
		throw new NodeOperationError(context.getNode(), `“${value}” is not the id of a Brevo list`, {
			description: 'A list id is a whole number; Brevo shows it beside the list as #7.',
		});
	}
	return (await requireList(tools.client, id)).id;
}

/** Brevo takes a second list or folder of the same name, so two executions at once would make two. */
export const namedList = async (
	tools: DeliveryTools,
	named: NamedList,
): Promise<{ readonly id: number; readonly created: boolean }> =>
	await oneAtATime(
		tools,
		`Brevo lists|${tools.brevoAccount}`,
		async () => await findOrCreateList(tools.client, named),
	);

/** Groups item indexes by their list, so that each list is resolved and written to once. */
export function byList(
	context: IExecuteFunctions,
	indexes: readonly number[],
): Map<string, { choice: ListChoice; indexes: number[] }> {
	const groups = new Map<string, { choice: ListChoice; indexes: number[] }>();
	for (const index of indexes) {
		const choice = listChoice(context, index);
		const key = JSON.stringify(choice);
		const group = groups.get(key);
		if (group) group.indexes.push(index);
		else groups.set(key, { choice, indexes: [index] });
	}
	return groups;
}

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { fetchByIds, valueAt } from '../../sync/index.ts';
import { syncOf } from '../context/items.ts';
import type { Sides } from '../context/sides.ts';

export interface Completed {
	readonly items: INodeExecutionData[];
	/** Fields that were read here because the trigger did not bring them. */
	readonly fields: readonly string[];
}

/**
 * Reads the mapped fields that the trigger did not bring. It learns which ones are mapped when it
 * starts, and n8n leaves a published trigger running while only the mapping behind it changes.
 * Without this a new row of the mapping would stay empty for ever.
 */
export async function withMissingFields(
	sides: Sides,
	items: INodeExecutionData[],
	names: readonly string[],
): Promise<Completed> {
	const lacking = items.filter((item) => isAlive(item) && missingIn(item, names).length > 0);
	const [first] = lacking.flatMap((item) => syncOf(item) ?? []);
	if (!first) return { items, fields: [] };
	const fields = [...new Set(lacking.flatMap((item) => missingIn(item, names)))];
	const connection = await sides.salesforce();
	const ids = lacking.flatMap((item) => syncOf(item)?.id ?? []);
	const found = new Map(
		(await fetchByIds(connection, first.object, fields, ids, { includeDeleted: true })).map(
			(record) => [record['Id'], record],
		),
	);
	return {
		fields,
		items: items.map((item) => {
			const record = isAlive(item) ? found.get(syncOf(item)?.id) : undefined;
			// What the item has already stays: another node may have put it there.
			return record ? { ...item, json: { ...(record as IDataObject), ...item.json } } : item;
		}),
	};
}

function isAlive(item: INodeExecutionData): boolean {
	const change = syncOf(item)?.change;
	return change !== undefined && change !== 'deleted' && change !== 'merged';
}

const missingIn = ({ json }: INodeExecutionData, names: readonly string[]): string[] =>
	names.filter((name) => valueAt(json, name) === undefined);

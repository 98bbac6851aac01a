import type { INodeExecutionData } from 'n8n-workflow';
import {
	explain,
	hasLeft,
	inTurns,
	mapRecord,
	missingChoices,
	OPT_OUT_FIELD,
} from '../../sync/index.ts';
import type { SyncContext } from '../../sync/changes/change.ts';
import type { Ledger, RecordOutcome } from '../../sync/ledger/ledger.ts';
import type { BrevoAttribute } from '../../sync/mapping/field.ts';
import type { MappedRecord } from '../../sync/mapping/map-record.ts';
import type { RejectedRecord } from '../../sync/mapping/missing-choices.ts';
import type { Refusal } from '../../sync/mapping/refusal.ts';
import { itemFrom, syncOf } from '../context/items.ts';
import type { MappingPlan } from './plan.ts';

export interface MappedItems {
	readonly mapped: INodeExecutionData[];
	readonly rejected: INodeExecutionData[];
	/** What ended here, for the ledger. */
	readonly outcomes: readonly RecordOutcome[];
	/** Phones that are empty in Salesforce and not touched in Brevo (limit phone-cleared). */
	readonly leftOut: number;
}

/**
 * Maps every item. Records that have left (deleted, merged, converted) pass with their id alone.
 * `emailOwners` are the records whose contact was written with an e-mail address: emptied, they are
 * frozen (limit email-emptied).
 */
export async function mapItems(
	items: readonly INodeExecutionData[],
	plan: MappingPlan,
	emailOwners: ReadonlySet<string>,
): Promise<MappedItems> {
	const result = {
		mapped: [] as INodeExecutionData[],
		rejected: [] as INodeExecutionData[],
		outcomes: [] as RecordOutcome[],
		leftOut: 0,
	};
	const records = await mapAll(items, plan);
	await inTurns(records, (mapped, index) => {
		const item: INodeExecutionData = items[index] ?? { json: {} };
		const sync = syncOf(item);
		if (sync && hasLeft(sync.change)) {
			result.mapped.push(only(item, index, { ext_id: sync.id }));
			return;
		}
		const frozen = mapped.emailEmptied && sync !== undefined && emailOwners.has(sync.id);
		if (mapped.kind === 'mapped' && !frozen) {
			result.leftOut += mapped.leftOut.length;
			const optedOut = plan.optOuts && item.json[OPT_OUT_FIELD] === true;
			result.mapped.push(
				only(
					item,
					index,
					{ ...mapped.contact, ...(optedOut && { emailBlacklisted: true }) },
					{
						...laterLifts(plan),
						...(plan.optOuts && sync && { optedOut }),
					},
				),
			);
			return;
		}
		const reasons: readonly Refusal[] =
			frozen || mapped.kind === 'mapped' ? [{ limit: 'email-emptied' }] : mapped.reasons;
		const outcome = frozen ? 'excluded' : 'rejected';
		result.rejected.push(itemFrom(item, index, { outcome, reasons: reasons.map(inWords) }));
		const [first] = reasons;
		if (sync && first) result.outcomes.push(outcomeOf(sync, outcome, first));
	});
	return result;
}

/** Each record as a contact; a second time when choices that were missing are there now. */
async function mapAll(
	items: readonly INodeExecutionData[],
	plan: MappingPlan,
): Promise<MappedRecord[]> {
	const { mapping, fields, options } = plan;
	const mapWith = async (attributes: readonly BrevoAttribute[]): Promise<MappedRecord[]> => {
		const records: MappedRecord[] = [];
		await inTurns(items, ({ json }) => {
			records.push(mapRecord(json, mapping, fields, attributes, options));
		});
		return records;
	};
	const records = await mapWith(plan.attributes);
	if (!plan.attributesWith) return records;
	const rejected = records.flatMap((mapped, index) => {
		const item = items[index];
		if (mapped.kind !== 'rejected' || !item || hasLeft(syncOf(item)?.change)) return [];
		return [{ record: item.json, reasons: mapped.reasons }];
	});
	const lacksChoice = ({ reasons }: RejectedRecord): boolean =>
		reasons.some(({ limit }) => limit === 'category-option');
	if (!rejected.some(lacksChoice)) return records;
	return await mapWith(
		await plan.attributesWith(missingChoices(rejected, fields, plan.attributes)),
	);
}

/** The sync context and the given values, without the Salesforce fields. */
function only(
	item: INodeExecutionData,
	index: number,
	values: INodeExecutionData['json'],
	more: Partial<SyncContext> = {},
): INodeExecutionData {
	const { sync } = item.json;
	const context = { ...(sync as object | undefined), ...more };
	return {
		json: { ...values, ...(sync !== undefined && { sync: context }) },
		pairedItem: { item: index },
	};
}

/** What a later node judges, and so has to know. */
const laterLifts = ({ options }: MappingPlan): Pick<SyncContext, 'lifts'> =>
	options.lifts?.has('bulk-email-edit') ? { lifts: ['bulk-email-edit'] } : {};

export function inWords(refusal: Refusal): INodeExecutionData['json'] {
	const { limit, field, attribute, shape } = refusal;
	const { message, remedy } = explain(limit, { field, attribute, shape });
	return {
		limit,
		...(field && { field }),
		...(attribute && { attribute }),
		reason: message,
		remedy,
	};
}

export function outcomeOf(
	sync: NonNullable<ReturnType<typeof syncOf>>,
	outcome: 'excluded' | 'rejected',
	{ limit, field, shape }: Refusal,
): RecordOutcome {
	return {
		integration: sync.integration,
		recordId: sync.id,
		outcome,
		limit,
		...(sync.page !== undefined && { page: sync.page }),
		...(field && { field }),
		...(shape && { shape }),
	};
}

/** Records among the items whose contact was once written with an e-mail address. */
export async function emailOwners(
	ledger: Ledger,
	items: readonly INodeExecutionData[],
): Promise<Set<string>> {
	const owners = new Set<string>();
	const integrations = new Map<string, string[]>();
	for (const item of items) {
		const sync = syncOf(item);
		if (!sync) continue;
		const ids = integrations.get(sync.integration);
		if (ids) ids.push(sync.id);
		else integrations.set(sync.integration, [sync.id]);
	}
	for (const [integration, ids] of integrations) {
		for (const [id, link] of await ledger.links.get(integration, ids)) {
			if (link.emailHash) owners.add(id);
		}
	}
	return owners;
}

import type { INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { explainBack, isBlankField, mapBack, profileOf } from '../../sync/index.ts';
import type { SyncContext } from '../../sync/changes/change.ts';
import type { RecordOutcome } from '../../sync/ledger/ledger.ts';
import type { MappedBack } from '../../sync/mapping/map-back.ts';
import type { Refusal } from '../../sync/mapping/refusal.ts';
import type { Profile } from '../../sync/profile.ts';
import { countsInWords, itemFrom, syncOf } from '../context/items.ts';
import type { Desk } from './desk.ts';
import { outcomeOf } from './mapItems.ts';
import { mappingPlan } from './plan.ts';
import { profileIn, rememberPlan } from './rememberPlan.ts';

/** Maps contacts of Brevo to fields of their Salesforce records. Deletions pass with their id alone. */
export async function mapToSalesforce(
	desk: Desk,
	items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
	const { context, ledger } = desk;
	const { profileFor, isOld } = await profiles(desk, items, false);
	let result = mapItemsBack(items, profileFor);
	if (isOld && result.rejected.length > 0)
		result = mapItemsBack(items, (await profiles(desk, items, true)).profileFor);
	const { mapped, rejected, outcomes } = result;
	if (ledger && outcomes.length > 0) await ledger.pages.record(outcomes);
	const counts = countsInWords({ mapped: mapped.length, rejected: rejected.length });
	context.addExecutionHints({ message: counts, location: 'outputPane' });
	return [mapped, rejected];
}

/** Maps every item with the profile of its integration. */
export function mapItemsBack(
	items: readonly INodeExecutionData[],
	profileFor: (sync: SyncContext | undefined) => Profile,
): {
	readonly mapped: INodeExecutionData[];
	readonly rejected: INodeExecutionData[];
	/** What ended here, for the ledger. */
	readonly outcomes: RecordOutcome[];
} {
	const mapped: INodeExecutionData[] = [];
	const rejected: INodeExecutionData[] = [];
	const outcomes: RecordOutcome[] = [];
	for (const [index, item] of items.entries()) {
		const sync = syncOf(item);
		if (sync?.change === 'deleted') {
			mapped.push(only(item, index, { Id: sync.id }));
			continue;
		}
		const profile = profileFor(sync);
		const result = mapOne(item, profile, sync);
		if (result.kind === 'mapped') {
			mapped.push(only(item, index, salesforceValues(item, result, profile)));
			continue;
		}
		const reasons = result.reasons.map(inWords);
		rejected.push(itemFrom(item, index, { outcome: 'rejected', reasons }));
		const [first] = result.reasons;
		if (sync && first) outcomes.push(outcomeOf(sync, 'rejected', first));
	}
	return { mapped, rejected, outcomes };
}

interface Profiles {
	readonly profileFor: (sync: SyncContext | undefined) => Profile;
	/** See `MappingPlan`. */
	readonly isOld: boolean;
}

/** The mapping of each item's integration, or the node's own; `live` as for `mappingPlan`. */
async function profiles(
	desk: Desk,
	items: readonly INodeExecutionData[],
	live: boolean,
): Promise<Profiles> {
	const { context, ledger } = desk;
	const contexts = items.flatMap((item) => syncOf(item) ?? []);
	if (context.getNodeParameter('mappingSource', 0, 'integration') === 'own') {
		const plan = await mappingPlan(desk, live);
		const streams = new Set(contexts.map(({ integration }) => integration));
		if (ledger) await rememberPlan(context, ledger, plan, streams);
		return { profileFor: () => profileIn(context, plan), isOld: plan.isOld };
	}
	const known = new Map<string, Profile>();
	for (const name of new Set(contexts.flatMap(({ backOf }) => backOf ?? []))) {
		const integration = await ledger?.integrations.get(name);
		const profile = integration && profileOf(integration);
		if (profile) known.set(name, profile);
	}
	const profileFor = (sync: SyncContext | undefined): Profile => {
		const profile = known.get(sync?.backOf ?? '');
		if (profile) return profile;
		throw new NodeOperationError(
			context.getNode(),
			sync?.backOf === undefined
				? 'These contacts do not come from Brevo Contact Trigger'
				: `The mapping of “${sync.backOf}” is not known yet`,
			{
				description:
					sync?.backOf === undefined
						? 'Choose “Defined Below” under Mapping to Use, or put Brevo Contact Trigger in front.'
						: 'Publish its workflow from Salesforce to Brevo first and let one record run through it, or choose “Defined Below” here.',
			},
		);
	};
	return { profileFor, isOld: false };
}

function mapOne(
	{ json }: INodeExecutionData,
	profile: Profile,
	sync: SyncContext | undefined,
): MappedBack {
	const { email, attributes } = json as {
		email?: string | null;
		attributes?: Record<string, unknown>;
	};
	// What the trigger did not look at is not empty but unknown; the next page brings it.
	const rows = sync?.brevo
		? profile.rows.filter(({ attribute }) => Object.hasOwn(sync.brevo ?? {}, attribute))
		: profile.rows;
	return mapBack(
		{ ...(typeof email === 'string' && { email }), attributes: attributes ?? {} },
		{ ...profile, rows },
	);
}

function salesforceValues(
	{ json }: INodeExecutionData,
	{ fields, carried }: Extract<MappedBack, { kind: 'mapped' }>,
	{ optOuts }: Profile,
): INodeExecutionData['json'] {
	const keeps = new Set(
		carried.filter(({ rule }) => rule === 'neverBlank').map(({ field }) => field),
	);
	const extId = (json['attributes'] as Record<string, unknown> | undefined)?.['EXT_ID'];
	return {
		Id: syncOf({ json })?.id ?? json['Id'] ?? json['ext_id'] ?? extId ?? '',
		fields: Object.fromEntries(
			Object.entries(fields).filter(([name, value]) => !(keeps.has(name) && isBlankField(value))),
		),
		...(optOuts && json['emailBlacklisted'] === true && { emailBlacklisted: true }),
	};
}

function only(
	item: INodeExecutionData,
	index: number,
	values: INodeExecutionData['json'],
): INodeExecutionData {
	const { sync } = item.json;
	return { json: { ...values, ...(sync !== undefined && { sync }) }, pairedItem: { item: index } };
}

function inWords({ limit, field, attribute, shape }: Refusal): INodeExecutionData['json'] {
	const { message, remedy } = explainBack(limit, { field, attribute, shape });
	return {
		limit,
		...(attribute && { attribute }),
		...(field && { field }),
		reason: message,
		remedy,
	};
}

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { OPT_OUT_FIELD, SalesforceError, withSecondLook } from '../../sync/index.ts';
import type { SyncContext } from '../../sync/changes/change.ts';
import { countsInWords, syncOf } from '../context/items.ts';
import { AGE_MS } from '../context/remembered.ts';
import type { Desk } from './desk.ts';
import { emailOwners, type MappedItems, mapItems } from './mapItems.ts';
import { withMissingFields } from './missingFields.ts';
import { type CheckedPlan, mappingPlan } from './plan.ts';
import { rememberPlan } from './rememberPlan.ts';

/** Maps records of Salesforce to contacts of Brevo. */
export async function mapToBrevo(
	desk: Desk,
	input: INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
	const { context, ledger } = desk;
	const contexts = input.map(syncOf);
	requireSameObject(context, contexts);
	const { plan, fields, result } = await mapWithCare(desk, input);
	const { mapped, rejected, outcomes, leftOut } = result;
	if (ledger && outcomes.length > 0) await ledger.pages.record(outcomes);
	const retyped = ledger
		? await rememberPlan(context, ledger, plan, integrationsOf(contexts))
		: new Set<string>();
	const refused = rejected.filter(isRejected).length;
	const counts = countsInWords({
		mapped: mapped.length,
		rejected: refused,
		frozen: rejected.length - refused,
		'empty phone left as it is in Brevo': leftOut,
	});
	context.addExecutionHints({
		message: [counts, ...plan.warnings, ...inDoubt(retyped), ...readHere(fields)].join('. '),
		location: 'outputPane',
	});
	return [mapped, rejected];
}

interface Mapped {
	readonly plan: CheckedPlan;
	/** Fields that were read here; see `withMissingFields`. */
	readonly fields: readonly string[];
	readonly result: MappedItems;
}

/** Both sides are looked at anew before what was known of them turns anything away. */
async function mapWithCare(desk: Desk, input: INodeExecutionData[]): Promise<Mapped> {
	const known = await mappingPlan(desk, false);
	const mapped = await withSecondLook(
		{
			known,
			read: async () => await mappingPlan(desk, true),
			isInDoubt: (error) =>
				!known.isLive && error instanceof SalesforceError && error.code === 'INVALID_FIELD',
		},
		async (plan) => await mapWith(desk, input, plan),
	);
	if (!mapped.plan.isOld || !mapped.result.rejected.some(isRejected)) return mapped;
	return await mapWith(desk, input, await mappingPlan(desk, true));
}

const isRejected = ({ json }: INodeExecutionData): boolean => json['outcome'] === 'rejected';

async function mapWith(
	{ ledger, sides }: Desk,
	input: INodeExecutionData[],
	plan: CheckedPlan,
): Promise<Mapped> {
	const names = plan.mapping.map(({ field }) => field);
	if (plan.optOuts) names.push(OPT_OUT_FIELD);
	const { items, fields } = await withMissingFields(sides, input, names);
	const owners = ledger ? await emailOwners(ledger, items) : new Set<string>();
	return { plan, fields, result: await mapItems(items, plan, owners) };
}

/** The fields of leads are looked up in vain among those of contacts, and the other way round. */
function requireSameObject(
	context: IExecuteFunctions,
	contexts: ReadonlyArray<SyncContext | undefined>,
): void {
	const object = context.getNodeParameter('object', 0) as SyncContext['object'];
	const itemIndex = contexts.findIndex((sync) => sync !== undefined && sync.object !== object);
	const other = contexts[itemIndex]?.object;
	if (!other) return;
	throw new NodeOperationError(
		context.getNode(),
		`The items are ${other.toLowerCase()}s, but the mapping is one of ${object.toLowerCase()}s`,
		{ description: `Choose ${other} under “Object” in this node.`, itemIndex },
	);
}

const integrationsOf = (contexts: ReadonlyArray<SyncContext | undefined>): Set<string> =>
	new Set(contexts.flatMap((sync) => (sync ? [sync.integration] : [])));

const inDoubt = (retyped: ReadonlySet<string>): string[] =>
	[...retyped].map(
		(name) =>
			`${name} is of another type in Brevo than at the last run. Of contacts that were written in the ${AGE_MS.attributes / 60_000} minutes before this one, Brevo may have dropped its value`,
	);

const readHere = (fields: readonly string[]): string[] =>
	fields.length === 0
		? []
		: [
				`Read here, because the trigger does not bring them yet: ${fields.join(', ')}. It does, and saves these calls, once the workflow is published anew`,
			];

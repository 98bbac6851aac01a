import type { BrevoClient } from '../brevo/client.ts';
import { everyRecord } from '../changes/every-record.ts';
import { countQuery, everyPageQuery, type IdRange } from '../changes/soql.ts';
import { type ChangeQuery, salesforceSource } from '../changes/source.ts';
import { withinReserve } from '../changes/within-reserve.ts';
import type { Host } from '../host.ts';
import { backStreamOf, type Ledger } from '../ledger/ledger.ts';
import { OPT_OUT_FIELD, type Profile } from '../profile.ts';
import { scopeOf, type Scope } from '../scope.ts';
import type { SalesforceConnection } from '../salesforce/connection.ts';
import type { FieldTypes } from '../salesforce/csv.ts';
import { countRecords, queryPage } from '../salesforce/read.ts';
import { compare, type Comparison } from './compare.ts';
import { type Difference, DIFFERENCE_KINDS, type Reason } from './differences.ts';
import { countReasons, type Finding } from './findings.ts';
import type { RecordSource } from './read-records.ts';
import { type Repair, repair, type RepairRule } from './repair.ts';

export interface ReconcileInput {
	readonly ledger: Ledger;
	readonly connection: SalesforceConnection;
	readonly client: BrevoClient;
	readonly host: Host;
	/** Name of an integration that was published and has run. */
	readonly integration: string;
	/** Brevo organisation that `client` leads to. */
	readonly brevoAccount: string;
	/** The integration's mapping, with fields and attributes as both sides have them now. */
	readonly profile: Profile;
	readonly types: FieldTypes;
	/** Share of Salesforce's daily API calls that is left to other programs, 0 to 1. */
	readonly reserve: number;
	/** Most examples of each kind. */
	readonly examples: number;
	/** Absent: nothing changes, not even the ledger. */
	readonly repair?: RepairRule;
}

export type Example = Pick<Finding, 'recordId' | 'brevoId' | 'fields'>;

/** What a reconciliation has found; ids, names of attributes and counts, no value of anybody. */
export interface ReconcileReport extends Pick<Comparison, 'salesforce' | 'brevo' | 'links'> {
	/** Differences in all. */
	readonly total: number;
	readonly differences: Readonly<Record<Difference, number>>;
	readonly examples: Readonly<Partial<Record<Difference, readonly Example[]>>>;
	/** Records that are explained, by reason. */
	readonly leftAlone: Readonly<Partial<Record<Reason, number>>>;
	readonly repair?: Repair;
}

/** A reconciliation that cannot be made now. */
export class ReconcileError extends Error {
	override readonly name = 'ReconcileError';
	readonly remedy: string;

	constructor(message: string, remedy: string) {
		super(message);
		this.remedy = remedy;
	}
}

/**
 * Compares every record of an integration with its contact and, when asked, hands what differs over to
 * the normal path. Rejects when either side cannot be read to its end; then nothing has changed.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileReport> {
	const { ledger, integration, host, profile, client } = input;
	const { scope, cursor } = await prepared(input);
	const query: ChangeQuery = {
		object: profile.object,
		fields: [
			...profile.rows.map(({ field }) => field),
			...(profile.optOuts ? [OPT_OUT_FIELD] : []),
		],
		...(scope.filter !== undefined && { filter: scope.filter }),
	};
	const reads = withinReserve(input.connection, input.reserve);
	const { findings, alone, ...read } = await compare({
		...{ ledger, integration, host, profile, client, scope, cursor },
		isBothWays: (await ledger.integrations.get(backStreamOf(integration))) !== undefined,
		records: recordSource(input, query, reads),
		changes: reads.changes(salesforceSource(input.connection, query)),
	});
	const repaired = input.repair && (await repair(input, findings, input.repair));
	return {
		...read,
		total: findings.length,
		...summed(findings, input.examples),
		leftAlone: countReasons(alone.values()),
		...(repaired && { repair: repaired }),
	};
}

async function prepared({ ledger, integration: name, brevoAccount }: ReconcileInput) {
	const integration = await ledger.integrations.get(name);
	const cursor = await ledger.pages.cursor(name);
	if (!integration || !cursor || integration.brevoAccount === undefined) {
		throw new ReconcileError(
			`“${name}” has not written anything yet`,
			'Choose an integration whose workflow is published and has run.',
		);
	}
	if (integration.brevoAccount !== brevoAccount) {
		throw new ReconcileError(
			`“${name}” writes to another Brevo account than this node reads`,
			'Choose the Brevo credential that the integration’s workflow uses.',
		);
	}
	const scope: Scope | undefined = scopeOf(integration);
	if (!scope) {
		throw new ReconcileError(
			`It is not known which records “${name}” is about`,
			'Unpublish and publish its workflow once: the trigger then tells.',
		);
	}
	const snapshot = await ledger.snapshots.get(name);
	if (snapshot?.purpose === 'import' && snapshot.endedAt === undefined) {
		throw new ReconcileError(
			`The first import of “${name}” is still under way`,
			'Reconcile once it is done.',
		);
	}
	return { scope, cursor };
}

function recordSource(
	{ connection, types }: ReconcileInput,
	query: ChangeQuery,
	{ everything, checked }: ReturnType<typeof withinReserve>,
): RecordSource {
	return {
		everything: everything(everyRecord(connection, query, types)),
		count: checked(
			async (range: IdRange = { after: '' }) =>
				await countRecords(connection, countQuery({ ...query, range, reachable: false })),
		),
		page: checked(
			async (range: IdRange, limit: number) =>
				(await queryPage(connection, everyPageQuery({ ...query, ...range, limit }))).records,
		),
	};
}

function summed(
	findings: readonly Finding[],
	most: number,
): Pick<ReconcileReport, 'differences' | 'examples'> {
	const byKind = Map.groupBy(findings, ({ kind }) => kind);
	const counts = DIFFERENCE_KINDS.map((kind) => [kind, byKind.get(kind)?.length ?? 0] as const);
	const examples = [...byKind].map(
		([kind, some]) => [kind, some.slice(0, most).map(exampleOf)] as const,
	);
	return {
		differences: Object.fromEntries(counts) as Record<Difference, number>,
		examples: Object.fromEntries(examples),
	};
}

const exampleOf = ({ recordId, brevoId, fields }: Finding): Example => ({
	recordId,
	...(brevoId !== undefined && { brevoId }),
	...(fields && { fields }),
});

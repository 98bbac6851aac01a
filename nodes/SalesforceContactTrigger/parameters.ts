import type { ITriggerFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import {
	BACK_SUFFIX,
	CHANGES_PAGE,
	DEFAULT_RESERVE,
	explain,
	LARGEST_RESERVE,
	OPT_OUT_FIELD,
	SNAPSHOT_ABOVE,
	SNAPSHOT_PAGE,
} from '../../sync/index.ts';
import type { ChangeKind, SalesforceObject } from '../../sync/changes/change.ts';
import type { FilterRow } from '../../sync/changes/filter.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';

export interface TriggerParameters {
	readonly authentication: SalesforceAuthentication;
	readonly integration: string;
	readonly object: SalesforceObject;
	readonly kinds: ReadonlySet<ChangeKind>;
	readonly start: 'existing' | 'now';
	/** API names, system fields aside. */
	readonly fields: readonly string[];
	readonly filters: readonly FilterRow[];
	readonly combineFilters: 'all' | 'any';
	readonly intervalMs: number;
	readonly changeEvents: boolean;
	readonly pageSize: number;
	readonly importPageSize: number;
	/** Records above which a first import is read by Bulk API. */
	readonly bulkAbove: number;
	/** How often formula fields are read anew; 0 for never. */
	readonly refreshMs: number;
	readonly overlapMs: number;
	/** Share of Salesforce's daily API calls that is left to other programs, 0 to 0.9. */
	readonly reserve: number;
}

const KINDS_OF_EVENT: Readonly<Record<string, readonly ChangeKind[]>> = {
	created: ['created'],
	updated: ['updated', 'converted'],
	deleted: ['deleted', 'merged'],
};

/** What the smallest interval spares: Salesforce's daily API calls. Seconds. */
const SHORTEST_INTERVAL_S = 10;

/** Reads all parameters at once: expressions cannot be resolved later, when the loop runs. */
export function triggerParameters(context: ITriggerFunctions): TriggerParameters {
	const read = <T>(name: string, fallback?: T): T => context.getNodeParameter(name, fallback) as T;
	const refuse = (message: string, description: string): never => {
		throw new NodeOperationError(context.getNode(), message, { description });
	};
	const integration = read<string>('integration').trim();
	if (integration === '') {
		refuse('The integration has no name', 'Give it one; its progress is kept under that name.');
	}
	if (integration.endsWith(BACK_SUFFIX)) {
		refuse(
			`The integration’s name ends with “${BACK_SUFFIX}”`,
			'The changes that come back from Brevo are kept under such names; choose another one.',
		);
	}
	if (context.getMode() !== 'manual' && !read<boolean>('consent')) {
		const { message, remedy } = explain('consent-missing');
		refuse(message, remedy);
	}
	const interval = read<number>('interval');
	if (!(interval >= SHORTEST_INTERVAL_S)) {
		refuse(
			`The interval must be at least ${SHORTEST_INTERVAL_S} seconds`,
			'A longer one spares Salesforce’s daily API calls.',
		);
	}
	const events = read<string[]>('events');
	if (events.length === 0)
		refuse('No event is chosen', 'Choose at least one of created, updated, deleted.');
	const options = read<{
		combineFilters?: 'all' | 'any';
		changeEvents?: boolean;
		pageSize?: number;
		importPageSize?: number;
		bulkAbove?: number;
		refreshHours?: number;
		overlapMinutes?: number;
		leaveForOthers?: number;
	}>('options', {});
	return {
		authentication: read('salesforceAuthentication'),
		integration,
		object: read('object'),
		kinds: new Set(events.flatMap((event) => KINDS_OF_EVENT[event] ?? [])),
		start: read('start'),
		fields: fieldNames(context),
		filters: read('filters.rows', []),
		combineFilters: options.combineFilters ?? 'all',
		intervalMs: interval * 1000,
		changeEvents: options.changeEvents ?? false,
		pageSize: whole(options.pageSize ?? CHANGES_PAGE, 2_000),
		importPageSize: whole(options.importPageSize ?? SNAPSHOT_PAGE, 50_000),
		bulkAbove: Math.max(0, options.bulkAbove ?? SNAPSHOT_ABOVE),
		refreshMs: Math.max(0, options.refreshHours ?? 24) * 3_600_000,
		overlapMs: Math.max(1, options.overlapMinutes ?? 10) * 60_000,
		reserve: shareOf(options.leaveForOthers),
	};
}

const whole = (value: number, most: number): number =>
	Math.min(most, Math.max(1, Math.floor(value)));

/** From per cent; what is no number leaves what is left unless chosen. */
function shareOf(percent: unknown): number {
	const share = percent === undefined ? DEFAULT_RESERVE : Number(percent) / 100;
	return Number.isNaN(share) ? DEFAULT_RESERVE : Math.min(LARGEST_RESERVE, Math.max(0, share));
}

/** Chosen fields, or those that the Map Contact Fields nodes of this workflow need. */
function fieldNames(context: ITriggerFunctions): string[] {
	if (context.getNodeParameter('fieldSource') === 'chosen') {
		return context.getNodeParameter('fields', []) as string[];
	}
	const names = context
		.getChildNodes(context.getNode().name, { includeNodeParameters: true })
		.filter(({ type, disabled }) => type.endsWith('.mapContactFields') && !disabled)
		.flatMap(({ parameters }) => {
			const { mapping, options } = (parameters ?? {}) as {
				mapping?: { rows?: Array<{ field?: string }> };
				options?: { optOuts?: boolean };
			};
			const fields = (mapping?.rows ?? []).flatMap(({ field }) => (field ? [field] : []));
			return options?.optOuts === false ? fields : [...fields, OPT_OUT_FIELD];
		});
	// Without a mapping in this workflow: what tells one person from another.
	return names.length > 0 ? [...new Set(names)] : ['FirstName', 'LastName', 'Email'];
}

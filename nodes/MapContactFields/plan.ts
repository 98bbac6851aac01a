import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import {
	addChoices,
	explain,
	liftsOf,
	listAttributes,
	OPT_OUT_FIELD,
	preflight,
	usableRows,
} from '../../sync/index.ts';
import type { MappingOptions } from '../../sync/mapping/convert.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import type { MissingChoices } from '../../sync/mapping/missing-choices.ts';
import type { Mapping, MappingRow } from '../../sync/mapping/pairs.ts';
import type { Problem } from '../../sync/mapping/preflight.ts';
import type { Desk } from './desk.ts';
import { type Metadata, metadataSource } from './metadata.ts';

/** A mapping that has passed the pre-flight, with what it takes to apply it. */
export interface MappingPlan {
	readonly mapping: Mapping;
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
	readonly options: MappingOptions;
	/** Whether opt-outs travel with the contacts. */
	readonly optOuts: boolean;
	/** Adds choices in Brevo, or only looks for them anew, and gives the attributes as they are then.
	 *  Absent where that could not help. */
	readonly attributesWith?: (missing: MissingChoices) => Promise<readonly BrevoAttribute[]>;
	/** Rows that were dropped and choices that could not be added, in words. Grows while mapping. */
	readonly warnings: readonly string[];
}

/** A plan, and how present the metadata is that it was checked against. */
export type CheckedPlan = MappingPlan & Pick<Metadata, 'isLive' | 'isOld'>;

/**
 * Reads the parameters, checks them against both sides; throws when the mapping cannot work. `live`:
 * against both sides as they are now, not as they were lately.
 */
export async function mappingPlan(desk: Desk, live: boolean): Promise<CheckedPlan> {
	const { context } = desk;
	const rows = context.getNodeParameter('mapping.rows', 0, []) as MappingRow[];
	const options = context.getNodeParameter('options', 0, {}) as {
		timeZone?: string;
		lift?: unknown;
		createChoices?: boolean;
		optOuts?: boolean;
	};
	const lifts = liftsOf(options.lift);
	const country = context.getNodeParameter('defaultCountry', 0) as string;
	const source = await metadataSource(desk);
	const check = (metadata: Metadata) => {
		const problems = preflight(rows, metadata.fields, metadata.attributes, lifts);
		return { metadata, problems, stops: problems.filter(({ severity }) => severity === 'stops') };
	};
	const optOuts = options.optOuts !== false;
	// In the editor people have just changed something.
	let checked = check(
		await (live || context.getMode() === 'manual' ? source.read() : source.known()),
	);
	// What is missing may have been created since.
	const lacks = checked.stops.length > 0 || (optOuts && !hasOptOut(checked.metadata.fields));
	if (lacks && !checked.metadata.isLive) checked = check(await source.read());
	const { metadata, problems, stops } = checked;
	if (stops.length > 0) throw refusal(context, stops);
	if (optOuts) requireOptOutField(context, metadata.fields);
	const warnings = problems.map(({ message }) => message);
	const noted = async (attributes: readonly BrevoAttribute[]) => {
		await source.noteAttributes(attributes);
		return attributes;
	};
	return {
		...metadata,
		mapping: usableRows(rows, problems, metadata.attributes),
		options: {
			zone: options.timeZone || context.getTimezone(),
			defaultCountry: (country || undefined) as MappingOptions['defaultCountry'],
			lifts,
		},
		optOuts,
		...((options.createChoices === true || !metadata.isLive) && {
			attributesWith: async (missing) => {
				if (options.createChoices !== true) return await noted(await listAttributes(source.client));
				const { attributes, refused } = await addChoices(source.client, missing);
				warnings.push(...refused.map((name) => `Brevo did not take new choices for ${name}`));
				return await noted(attributes);
			},
		}),
		warnings,
	};
}

const hasOptOut = (fields: readonly SalesforceField[]): boolean =>
	fields.some(({ name }) => name === OPT_OUT_FIELD);

/** Hidden by field-level security, the field would read as "nobody has opted out". */
function requireOptOutField(context: IExecuteFunctions, fields: readonly SalesforceField[]): void {
	if (hasOptOut(fields)) return;
	const { message, remedy } = explain('opt-out-hidden');
	throw new NodeOperationError(context.getNode(), message, { description: remedy });
}

function refusal(context: IExecuteFunctions, problems: readonly Problem[]): NodeOperationError {
	const [first] = problems;
	const lines = problems.map(({ message, remedy, row }) =>
		[
			row && `${row.attribute} ← ${row.field}:`,
			// One alone is the headline already.
			problems.length > 1 && message,
			remedy,
		]
			.filter(Boolean)
			.join(' '),
	);
	return new NodeOperationError(context.getNode(), first?.message ?? 'The mapping cannot be used', {
		description: lines.join('<br>'),
	});
}

import { explain } from '../limits/explain.ts';
import type { Explanation, LimitDetails } from '../limits/explain.ts';
import { AS_BREVO_DOCUMENTS } from '../limits/table.ts';
import type { LimitId, Lifts } from '../limits/table.ts';
import { findAttribute } from './field.ts';
import type { BrevoAttribute, SalesforceField } from './field.ts';
import { pair } from './pairing.ts';
import { isNameAttribute, resolveAttributes } from './pairs.ts';
import type { Mapping, MappingRow } from './pairs.ts';

/** A fault of the mapping, with its words for people. */
export interface Problem extends Explanation {
	readonly limit: LimitId;
	/** The row as it was given; absent when the mapping as a whole is at fault. */
	readonly row?: MappingRow;
	/** `stops`: nothing may be written. `drops-row`: the rest of the mapping works without it. */
	readonly severity: 'stops' | 'drops-row';
}

interface Fault {
	readonly limit: LimitId;
	readonly severity: Problem['severity'];
	readonly shape?: string;
}

function faultOf(
	row: MappingRow,
	fields: readonly SalesforceField[],
	attributes: readonly BrevoAttribute[],
	lifts: Lifts,
): Fault | undefined {
	if (row.attribute === '' || row.field === '') {
		return { limit: 'row-incomplete', severity: 'drops-row' };
	}
	const attribute = findAttribute(row.attribute, attributes);
	if (attribute === undefined) {
		// A shared template names both stand-ins; an account without such attributes can do without.
		const severity = isNameAttribute(row.attribute) ? 'drops-row' : 'stops';
		return { limit: 'attribute-missing', severity };
	}
	const field = fields.find(({ name }) => name === row.field);
	if (field === undefined) return { limit: 'field-missing', severity: 'stops' };
	const pairing = pair(field, attribute, lifts);
	return pairing.ok ? undefined : { limit: pairing.limit, severity: 'stops', shape: pairing.shape };
}

const problem = (fault: Fault, details: LimitDetails, row?: MappingRow): Problem => ({
	limit: fault.limit,
	severity: fault.severity,
	...(row === undefined ? {} : { row }),
	...explain(fault.limit, { ...details, shape: fault.shape }),
});

/**
 * Checks a mapping against the live describe and the account's attributes, before any record is
 * read: Brevo ignores unknown attributes and mistyped values without a word. Gives every problem.
 */
export function preflight(
	mapping: Mapping,
	fields: readonly SalesforceField[],
	attributes: readonly BrevoAttribute[],
	lifts: Lifts = AS_BREVO_DOCUMENTS,
): Problem[] {
	const problems: Problem[] = [];
	const taken = new Set<string>();
	for (const [index, row] of resolveAttributes(mapping, attributes).entries()) {
		const given = mapping[index] ?? row;
		const fault = taken.has(row.attribute)
			? { limit: 'attribute-twice' as const, severity: 'stops' as const }
			: faultOf(row, fields, attributes, lifts);
		if (row.attribute !== '' && row.field !== '') taken.add(row.attribute);
		if (fault !== undefined) problems.push(problem(fault, row, given));
	}
	if (!taken.has('EMAIL') && !taken.has('SMS')) {
		problems.unshift(problem({ limit: 'email-or-sms-mapped', severity: 'stops' }, {}));
	}
	return problems;
}

/** The rows to map records with, once nothing stops: names resolved, dropped rows left out. */
export function usableRows(
	mapping: Mapping,
	problems: readonly Problem[],
	attributes: readonly BrevoAttribute[],
): MappingRow[] {
	const dropped = new Set(problems.map(({ row }) => row));
	return resolveAttributes(
		mapping.filter((row) => !dropped.has(row)),
		attributes,
	);
}

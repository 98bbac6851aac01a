import type { MappingRow } from '../../mapping/pairs.ts';

/** Help page R7: "Nom" and "Entreprise"; a Lead's company, or the name of a Contact's account. */
const REQUIRED: ReadonlySet<string> = new Set(['LastName', 'Company', 'Account.Name']);

/**
 * Limit `last-name-or-company-empty`: the rows whose attribute is mapped to a last name or company
 * and is empty in Brevo. One is enough to keep every change of the contact out of Salesforce.
 */
export function emptyRequiredRows(
	attributes: Readonly<Record<string, unknown>>,
	mapping: readonly MappingRow[],
): MappingRow[] {
	return mapping.filter(({ attribute, field }) => {
		if (!REQUIRED.has(field)) return false;
		const value = attributes[attribute];
		return (
			value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
		);
	});
}

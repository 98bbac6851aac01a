import type { ConflictRule } from '../merge.ts';
import type { BrevoAttribute } from './field.ts';

/** One row: a Brevo attribute and the Salesforce field that it goes with, in both directions. */
export interface MappingRow {
	/** Name of the attribute in capitals, or one of NAME_ATTRIBUTES. */
	readonly attribute: string;
	/** API name of the field, or a path to a parent's field ("Account.Name"). */
	readonly field: string;
	/** Whose value stands when both sides have changed it; Salesforce's when absent. */
	readonly rule?: ConflictRule;
}

export type Mapping = readonly MappingRow[];

/**
 * Stand for the account's own attributes of first and last name, whose names depend on the
 * language in which the account was made (brevo.md 2.7); so one template fits every account.
 */
export const NAME_ATTRIBUTES = ['@FIRSTNAME', '@LASTNAME'] as const;
export type NameAttribute = (typeof NAME_ATTRIBUTES)[number];

/** First and last name by language of the account. NOM is a last name, NOME a first name. */
export const NAMES_BY_LANGUAGE: ReadonlyArray<Readonly<Record<NameAttribute, string>>> = [
	{ '@FIRSTNAME': 'FIRSTNAME', '@LASTNAME': 'LASTNAME' },
	{ '@FIRSTNAME': 'PRENOM', '@LASTNAME': 'NOM' },
	{ '@FIRSTNAME': 'VORNAME', '@LASTNAME': 'NACHNAME' },
	{ '@FIRSTNAME': 'NOMBRE', '@LASTNAME': 'APELLIDOS' },
	{ '@FIRSTNAME': 'NOMBRE', '@LASTNAME': 'APELLIDO' },
	{ '@FIRSTNAME': 'NOME', '@LASTNAME': 'COGNOME' },
	{ '@FIRSTNAME': 'NOME', '@LASTNAME': 'SOBRENOME' },
	{ '@FIRSTNAME': 'NOME', '@LASTNAME': 'APELIDO' },
	{ '@FIRSTNAME': 'VOORNAAM', '@LASTNAME': 'ACHTERNAAM' },
	{ '@FIRSTNAME': 'FIRST_NAME', '@LASTNAME': 'LAST_NAME' },
];

export const isNameAttribute = (name: string): name is NameAttribute =>
	NAME_ATTRIBUTES.some((special) => special === name);

/**
 * The account's attribute that a stand-in means: from the language of which the account has both
 * names, else from the first language of which it has this one.
 */
export function nameAttributeOf(
	special: NameAttribute,
	attributes: readonly BrevoAttribute[],
): string | undefined {
	const names = new Set(attributes.map(({ name }) => name));
	const has = (name: string): boolean => names.has(name);
	const complete = NAMES_BY_LANGUAGE.find((language) => Object.values(language).every(has));
	return (complete ?? NAMES_BY_LANGUAGE.find((language) => has(language[special])))?.[special];
}

/**
 * Replaces the stand-ins by the account's names and writes all names as Brevo does, in capitals.
 * A stand-in that the account has no attribute for stays; the pre-flight reports its row.
 */
export function resolveAttributes(
	mapping: Mapping,
	attributes: readonly BrevoAttribute[],
): MappingRow[] {
	return mapping.map(({ attribute, field, rule }) => {
		const name = attribute.trim().toUpperCase();
		const resolved = isNameAttribute(name) ? nameAttributeOf(name, attributes) : name;
		return { attribute: resolved ?? name, field: field.trim(), ...(rule && { rule }) };
	});
}

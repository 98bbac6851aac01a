import { AS_BREVO_DOCUMENTS } from '../limits/table.ts';
import { withBuiltIns } from './field.ts';
import type { BrevoAttribute, SalesforceField } from './field.ts';
import { pair } from './pairing.ts';
import { NAMES_BY_LANGUAGE } from './pairs.ts';
import type { MappingRow } from './pairs.ts';

interface Topic {
	/** Names that accounts give the attribute, in the languages of Brevo. */
	readonly attributes: readonly string[];
	/** Salesforce fields that hold it, the best first. */
	readonly fields: readonly string[];
}

/**
 * WHATSAPP and LANDLINE_NUMBER are left to people: they identify a contact in Brevo, and business
 * numbers are shared by colleagues, who would be rejected as duplicates.
 */
const TOPICS: readonly Topic[] = [
	{ attributes: ['EMAIL'], fields: ['Email'] },
	{ attributes: ['SMS'], fields: ['MobilePhone', 'Phone'] },
	{
		attributes: NAMES_BY_LANGUAGE.map((language) => language['@FIRSTNAME']),
		fields: ['FirstName'],
	},
	{ attributes: NAMES_BY_LANGUAGE.map((language) => language['@LASTNAME']), fields: ['LastName'] },
	{
		attributes: [
			'BIRTHDAY',
			'BIRTHDATE',
			'DATE_OF_BIRTH',
			'DOB',
			'ANNIVERSAIRE',
			'DATE_DE_NAISSANCE',
			'DATE_NAISSANCE',
			'GEBURTSTAG',
			'GEBURTSDATUM',
			'CUMPLEANOS',
			'FECHA_DE_NACIMIENTO',
			'FECHA_NACIMIENTO',
			'COMPLEANNO',
			'DATA_DI_NASCITA',
			'ANIVERSARIO',
			'DATA_DE_NASCIMENTO',
		],
		fields: ['Birthdate'],
	},
	{
		attributes: [
			'COMPANY',
			'COMPANY_NAME',
			'ENTREPRISE',
			'SOCIETE',
			'FIRMA',
			'UNTERNEHMEN',
			'EMPRESA',
			'AZIENDA',
			'SOCIETA',
		],
		fields: ['Company', 'Account.Name'],
	},
	{
		attributes: ['JOB_TITLE', 'POSTE', 'FONCTION', 'BERUF', 'POSITION', 'CARGO', 'PUESTO', 'RUOLO'],
		fields: ['Title'],
	},
	{
		attributes: ['DEPARTMENT', 'SERVICE', 'ABTEILUNG', 'DEPARTAMENTO', 'REPARTO'],
		fields: ['Department'],
	},
	{
		attributes: [
			'ADDRESS',
			'STREET',
			'ADRESSE',
			'RUE',
			'STRASSE',
			'DIRECCION',
			'INDIRIZZO',
			'ENDERECO',
		],
		fields: ['MailingStreet', 'Street'],
	},
	{
		attributes: ['CITY', 'VILLE', 'STADT', 'ORT', 'CIUDAD', 'CITTA', 'CIDADE'],
		fields: ['MailingCity', 'City'],
	},
	{
		attributes: [
			'ZIP',
			'ZIP_CODE',
			'POSTAL_CODE',
			'POSTCODE',
			'CODE_POSTAL',
			'CP',
			'PLZ',
			'POSTLEITZAHL',
			'CODIGO_POSTAL',
			'CAP',
			'CEP',
		],
		fields: ['MailingPostalCode', 'PostalCode'],
	},
	{
		attributes: ['STATE', 'REGION', 'BUNDESLAND', 'PROVINCIA', 'ESTADO', 'REGIONE'],
		fields: ['MailingState', 'State'],
	},
	{
		attributes: ['COUNTRY', 'PAYS', 'LAND', 'PAIS', 'PAESE'],
		fields: ['MailingCountry', 'Country'],
	},
	{ attributes: ['WEBSITE', 'SITE_WEB', 'SITIO_WEB', 'SITO_WEB'], fields: ['Website'] },
	{ attributes: ['PHONE', 'TELEPHONE', 'TELEFON', 'TELEFONO', 'TELEFONE'], fields: ['Phone'] },
];

/** "Date of birth", "DATE_OF_BIRTH" and "Date_of_Birth__c" are one name; so are PRÉNOM and PRENOM. */
const plain = (name: string): string =>
	name
		.replace(/__p?c$/, '')
		.normalize('NFD')
		.toUpperCase()
		.replace(/[^\p{L}\p{N}]/gu, '');

const FIELDS_BY_ATTRIBUTE: ReadonlyMap<string, readonly string[]> = new Map(
	TOPICS.flatMap(({ attributes, fields }) =>
		attributes.map((name): [string, readonly string[]] => [plain(name), fields]),
	),
);

/**
 * A first mapping to start from: for every attribute the field that most likely holds it, where
 * the types fit as Brevo documents. EMAIL and SMS come first; what is left over stays unmapped.
 */
export function suggestMapping(
	fields: readonly SalesforceField[],
	attributes: readonly BrevoAttribute[],
): MappingRow[] {
	return withBuiltIns(attributes).flatMap((attribute) => {
		const name = plain(attribute.name);
		const known = (FIELDS_BY_ATTRIBUTE.get(name) ?? []).flatMap((known) =>
			fields.filter((field) => field.name === known),
		);
		const alike = fields.filter(
			(field) => name !== '' && (plain(field.name) === name || plain(field.label) === name),
		);
		const field = [...known, ...alike].find(
			(candidate) => pair(candidate, attribute, AS_BREVO_DOCUMENTS).ok,
		);
		return field === undefined ? [] : [{ attribute: attribute.name, field: field.name }];
	});
}

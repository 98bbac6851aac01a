import { AS_BREVO_DOCUMENTS } from '../../sync/limits/table.ts';
import type { LiftableLimitId } from '../../sync/limits/table.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { attributeOptions, fieldLabel, fieldOptions } from '../../sync/mapping/options.ts';
import { preflight } from '../../sync/mapping/preflight.ts';
import { suggestMapping } from '../../sync/mapping/suggest.ts';
import { sharedText, whenShared } from './mapping-data.ts';

const describeOf = (object: 'Contact' | 'Lead'): readonly SalesforceField[] => {
	const file = `salesforce/describe/describe-${object}.scratch-org.json`;
	return (JSON.parse(sharedText(file)) as { fields: readonly SalesforceField[] }).fields;
};
const attributes = (names: Readonly<Record<string, string>>): BrevoAttribute[] =>
	Object.entries(names).map(([name, type]) => ({ name, category: 'normal', type }));
const rows = (mapping: ReturnType<typeof suggestMapping>) =>
	Object.fromEntries(mapping.map(({ attribute, field }) => [attribute, field]));

describe('a suggested mapping', () => {
	whenShared('fits an English account and a Contact', () => {
		const account = attributes({
			LASTNAME: 'text',
			FIRSTNAME: 'text',
			SMS: 'text',
			DATE_OF_BIRTH: 'date',
			JOB_TITLE: 'text',
			CITY: 'text',
			DEPARTMENT: 'text',
			WHATSAPP: 'text',
			SHOE_SIZE: 'float',
		});
		expect(rows(suggestMapping(describeOf('Contact'), account))).toEqual({
			EMAIL: 'Email',
			SMS: 'MobilePhone',
			LASTNAME: 'LastName',
			FIRSTNAME: 'FirstName',
			DATE_OF_BIRTH: 'Birthdate',
			JOB_TITLE: 'Title',
			CITY: 'MailingCity',
			DEPARTMENT: 'Department',
		});
	});

	whenShared('fits a French, a German and a Spanish account and a Lead', () => {
		const lead = describeOf('Lead');
		expect(
			rows(
				suggestMapping(
					lead,
					attributes({ PRENOM: 'text', NOM: 'text', ENTREPRISE: 'text', VILLE: 'text' }),
				),
			),
		).toEqual({
			EMAIL: 'Email',
			SMS: 'MobilePhone',
			PRENOM: 'FirstName',
			NOM: 'LastName',
			ENTREPRISE: 'Company',
			VILLE: 'City',
		});
		expect(rows(suggestMapping(lead, attributes({ NACHNAME: 'text', PLZ: 'text' })))).toMatchObject(
			{
				NACHNAME: 'LastName',
				PLZ: 'PostalCode',
			},
		);
		expect(
			rows(suggestMapping(lead, attributes({ APELLIDOS: 'text', PAIS: 'text' }))),
		).toMatchObject({
			APELLIDOS: 'LastName',
			PAIS: 'Country',
		});
	});

	whenShared('never needs a lift and passes the pre-flight', () => {
		for (const object of ['Contact', 'Lead'] as const) {
			const fields = describeOf(object);
			// Every field's own name and label as an attribute of every type.
			const account = fields.flatMap(({ name, label }, index) => {
				const types = ['text', 'date', 'float', 'boolean', 'multiple-choice'];
				const type = types[index % types.length] ?? 'text';
				return attributes({ [name.toUpperCase()]: type, [`X_${label.toUpperCase()}`]: type });
			});
			const mapping = suggestMapping(fields, account);
			expect(mapping.length).toBeGreaterThan(10);
			expect(preflight(mapping, fields, account)).toEqual([]);
		}
	});

	test('matches custom fields by name or label, and only where the types fit', () => {
		const fields: SalesforceField[] = [
			{ name: 'Shoe_Size__c', label: 'Size of shoes', type: 'double' },
			{ name: 'Xyz__c', label: 'Préféré', type: 'string' },
			{ name: 'Vip__c', label: 'VIP', type: 'boolean' },
		];
		const account = attributes({
			SHOE_SIZE: 'float',
			PREFERE: 'text',
			VIP: 'boolean',
			XYZ: 'boolean',
		});
		expect(rows(suggestMapping(fields, account))).toEqual({
			SHOE_SIZE: 'Shoe_Size__c',
			PREFERE: 'Xyz__c',
		});
	});

	test('takes the business phone when there is no mobile field', () => {
		const fields: SalesforceField[] = [{ name: 'Phone', label: 'Business Phone', type: 'phone' }];
		expect(suggestMapping(fields, [])).toEqual([{ attribute: 'SMS', field: 'Phone' }]);
	});
});

describe('dropdowns', () => {
	test('a field is shown with label, API name and type', () => {
		expect(fieldLabel({ name: 'Birthdate', label: 'Birthdate', type: 'date' })).toBe(
			'Birthdate (Birthdate, date)',
		);
	});

	whenShared(
		'formula, yes/no and picklist fields are not offered, unless lifted; addresses never',
		() => {
			const fields: readonly SalesforceField[] = [
				...describeOf('Contact'),
				{ name: 'Score__c', label: 'Score', type: 'double', calculated: true },
			];
			const lifts = new Set<LiftableLimitId>(['formula-field', 'boolean-field', 'picklist-field']);
			const offered = (given = AS_BREVO_DOCUMENTS) =>
				fieldOptions(fields, given).map(({ value }) => value);
			const liftable = ['Score__c', 'IsEmailBounced', 'LeadSource'];
			expect(offered()).toContain('Birthdate');
			expect(offered().filter((name) => liftable.includes(name))).toEqual([]);
			expect(offered(lifts)).toEqual(expect.arrayContaining(liftable));
			expect(offered(lifts)).not.toContain('MailingAddress');
		},
	);

	test('EMAIL and SMS stand first; what cannot be written is not offered', () => {
		const account: BrevoAttribute[] = [
			...attributes({
				SMS: 'text',
				CITY: 'text',
				AGE: 'float',
				VIP: 'boolean',
				EXT_ID: 'text',
				BOSS: 'user',
			}),
			{ name: 'LEVEL', category: 'category', type: 'category' },
			{ name: 'SCORE', category: 'calculated' },
		];
		expect(attributeOptions(account, AS_BREVO_DOCUMENTS).map(({ name }) => name)).toEqual([
			'EMAIL (e-mail)',
			'SMS (phone)',
			'AGE (number)',
			'CITY (text)',
		]);
		const lifts = new Set<LiftableLimitId>(['boolean-field', 'picklist-field']);
		expect(
			attributeOptions(account, lifts)
				.map(({ name }) => name)
				.slice(4),
		).toEqual(['LEVEL (category)', 'VIP (yes/no)']);
	});
});

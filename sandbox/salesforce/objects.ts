import { ACCOUNT_FIELDS } from './fields/account.ts';
import { CASE_FIELDS } from './fields/case.ts';
import { CONTACT_FIELDS } from './fields/contact.ts';
import type { FieldRow } from './fields/field.ts';
import { LEAD_FIELDS } from './fields/lead.ts';
import { USER_FIELDS } from './fields/user.ts';

export const OBJECT_NAMES = ['Account', 'Contact', 'Lead', 'Case', 'User'] as const;
export type ObjectName = (typeof OBJECT_NAMES)[number];

export interface ChildRelationship {
	readonly childSObject: ObjectName;
	readonly field: string;
	readonly relationshipName: string | null;
	/** Deleting the parent deletes the children. */
	readonly cascadeDelete?: true;
	/** The parent cannot be deleted while it has children. */
	readonly restrictedDelete?: true;
}

export interface ObjectDefinition {
	readonly label: string;
	readonly labelPlural: string;
	/** First three characters of every id. */
	readonly keyPrefix: string;
	readonly fields: readonly FieldRow[];
	readonly children: readonly ChildRelationship[];
	readonly mergeable: boolean;
	/** False: the API neither creates nor deletes it here. */
	readonly writable: boolean;
}

export const OBJECTS: Record<ObjectName, ObjectDefinition> = {
	Account: {
		label: 'Account',
		labelPlural: 'Accounts',
		keyPrefix: '001',
		fields: ACCOUNT_FIELDS,
		children: [
			{ childSObject: 'Account', field: 'ParentId', relationshipName: 'ChildAccounts' },
			{
				childSObject: 'Case',
				field: 'AccountId',
				relationshipName: 'Cases',
				restrictedDelete: true,
			},
			{
				childSObject: 'Contact',
				field: 'AccountId',
				relationshipName: 'Contacts',
				cascadeDelete: true,
			},
			{ childSObject: 'Lead', field: 'ConvertedAccountId', relationshipName: null },
		],
		mergeable: true,
		writable: true,
	},
	Contact: {
		label: 'Contact',
		labelPlural: 'Contacts',
		keyPrefix: '003',
		fields: CONTACT_FIELDS,
		children: [
			{
				childSObject: 'Case',
				field: 'ContactId',
				relationshipName: 'Cases',
				restrictedDelete: true,
			},
			{ childSObject: 'Contact', field: 'ReportsToId', relationshipName: null },
			{ childSObject: 'Lead', field: 'ConvertedContactId', relationshipName: null },
		],
		mergeable: true,
		writable: true,
	},
	Lead: {
		label: 'Lead',
		labelPlural: 'Leads',
		keyPrefix: '00Q',
		fields: LEAD_FIELDS,
		children: [],
		mergeable: true,
		writable: true,
	},
	Case: {
		label: 'Case',
		labelPlural: 'Cases',
		keyPrefix: '500',
		fields: CASE_FIELDS,
		children: [{ childSObject: 'Case', field: 'ParentId', relationshipName: 'Cases' }],
		mergeable: false,
		writable: true,
	},
	User: {
		label: 'User',
		labelPlural: 'Users',
		keyPrefix: '005',
		fields: USER_FIELDS,
		children: [],
		mergeable: false,
		writable: false,
	},
};

/** Names are matched without regard to case, as SOQL and the URLs do. */
export const objectName = (text: string): ObjectName | undefined =>
	OBJECT_NAMES.find((name) => name.toLowerCase() === text.toLowerCase());

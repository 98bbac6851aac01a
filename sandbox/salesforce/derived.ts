import type { ObjectName } from './objects.ts';
import { type Org, USER_ID } from './org.ts';
import type { Row, Value } from './row.ts';

type Compute = (row: Row, org: Org) => Value;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const parent = (row: Row, field: string, org: Org): Row | undefined => org.rowOf(text(row[field]));

const fullName: Compute = (row) =>
	[row['FirstName'], row['LastName']].filter((part) => part !== undefined).join(' ');
const owner: Compute = (row) => row['OwnerId'] ?? USER_ID;
const isBounced: Compute = (row) =>
	row['EmailBouncedReason'] !== undefined || row['EmailBouncedDate'] !== undefined;
const photo: Compute = (row) => `/services/images/photo/${row.Id}`;
const contactField =
	(field: string): Compute =>
	(row, org) =>
		parent(row, 'ContactId', org)?.[field] ?? null;

const EVERYWHERE: Readonly<Record<string, Compute>> = {
	IsDeleted: (row) => row.IsDeleted ?? false,
	CreatedDate: (row) => row.CreatedDate ?? row.SystemModstamp,
	LastModifiedDate: (row) => row.LastModifiedDate ?? row.SystemModstamp,
	OwnerId: owner,
	CreatedById: () => USER_ID,
	LastModifiedById: (row) => row['LastModifiedById'] ?? USER_ID,
};

/** Standard fields that no one writes: they follow from others. */
const BY_OBJECT: Record<ObjectName, Readonly<Record<string, Compute>>> = {
	Contact: { Name: fullName, IsEmailBounced: isBounced, PhotoUrl: photo },
	Lead: { Name: fullName, PhotoUrl: photo },
	Account: { PhotoUrl: photo },
	Case: {
		IsClosed: (row) => row['Status'] === 'Closed',
		ContactPhone: contactField('Phone'),
		ContactMobile: contactField('MobilePhone'),
		ContactEmail: contactField('Email'),
		ContactFax: contactField('Fax'),
	},
	User: { Name: fullName },
};

export interface Formula {
	/** As the administrator wrote it; shown by describe. */
	readonly text: string;
	readonly compute: Compute;
}

/** Custom formula fields. They look into other records, so they change without a new stamp. */
export const FORMULAS: Readonly<Record<string, Formula>> = {
	fullTitle: {
		text: 'Title & IF(ISBLANK(AccountId), "", " at " & Account.Name)',
		compute: (row, org) => {
			const account = parent(row, 'AccountId', org)?.['Name'];
			return text(row['Title']) + (account === undefined ? '' : ` at ${text(account)}`) || null;
		},
	},
};

/** How a field is computed; undefined when its value is stored. */
export const computed = (object: ObjectName, field: string): Compute | undefined =>
	BY_OBJECT[object][field] ?? EVERYWHERE[field];

import type { FieldRow } from './field.ts';

/** User: just enough for owners and authors of records. */
export const USER_FIELDS: readonly FieldRow[] = [
	['Id', 'User ID', 'id', 18, 'afgsid'],
	['Username', 'Username', 'string', 80, 'afgsi'],
	['LastName', 'Last Name', 'string', 80, 'afgs', { compound: 'Name', extraType: 'personname' }],
	['FirstName', 'First Name', 'string', 40, 'anfgs', { compound: 'Name', extraType: 'personname' }],
	['Name', 'Full Name', 'string', 121, 'afgs', { nameField: true, extraType: 'personname' }],
	['Email', 'Email', 'email', 128, 'afgsi'],
	['IsActive', 'Active', 'boolean', 0, 'fgsd'],
	['CreatedDate', 'Created Date', 'datetime', 0, 'afsd'],
	['LastModifiedDate', 'Last Modified Date', 'datetime', 0, 'afsd'],
	['SystemModstamp', 'System Modstamp', 'datetime', 0, 'afsd'],
];

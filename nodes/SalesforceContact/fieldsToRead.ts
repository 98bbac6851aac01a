import type { INodeProperties } from 'n8n-workflow';

/** Recurring: what is read of a record. */
export const fieldsToRead: INodeProperties = {
	displayName: 'Field Names or IDs',
	name: 'fields',
	type: 'multiOptions',
	typeOptions: {
		loadOptionsMethod: 'getReadableFields',
		loadOptionsDependsOn: ['object', 'salesforceAuthentication'],
	},
	default: ['FirstName', 'LastName', 'Email'],
	description:
		'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
};

import type { INodeProperties } from 'n8n-workflow';

/** Recurring: which Brevo list. */
export const listField: INodeProperties = {
	displayName: 'List',
	name: 'list',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The list in Brevo that the contacts belong to',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a list…',
			typeOptions: { searchListMethod: 'searchLists', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 7',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^\\s*[1-9][0-9]*\\s*$',
						errorMessage: 'A list ID is a whole number',
					},
				},
			],
		},
		{
			displayName: 'By Name (Created if Missing)',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. Salesforce contacts',
		},
	],
};

/** Recurring: where a list is made that does not exist yet. */
export const folderField: INodeProperties = {
	displayName: 'Folder for a New List',
	name: 'folder',
	type: 'string',
	default: 'Salesforce',
	description: 'Brevo keeps lists in folders. A missing folder is created.',
};

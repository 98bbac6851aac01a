import type { INodeProperties } from 'n8n-workflow';

/** Recurring: which record is meant. */
export const recordIdField: INodeProperties = {
	displayName: 'Record ID',
	name: 'recordId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 003dM00001vWOXJQA4',
	description: 'The Salesforce ID, 15 or 18 characters',
};

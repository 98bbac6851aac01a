import { eachItem } from '../../context/eachItem.ts';
import { folderField } from '../listField.ts';
import { type Operation, shownFor } from '../operation.ts';
import { namedList } from '../resolveList.ts';

export const create: Operation = {
	description: shownFor('list', 'create', [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. Salesforce contacts',
			description: 'A list that has this name already is used instead of making a second one',
		},
		{ ...folderField, displayName: 'Folder' },
	]),
	execute: async (input) =>
		await eachItem(input, async (index) => {
			const name = input.context.getNodeParameter('name', index) as string;
			const folder = input.context.getNodeParameter('folder', index) as string;
			return { name, ...(await namedList(input.tools, { name, folder })) };
		}),
};

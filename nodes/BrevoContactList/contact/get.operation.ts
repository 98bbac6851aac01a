import { getContact } from '../../../sync/index.ts';
import { eachItem } from '../../context/eachItem.ts';
import { type Operation, shownFor } from '../operation.ts';
import { identifierFields, identifierOf } from './identifierFields.ts';

export const get: Operation = {
	description: shownFor('contact', 'get', identifierFields),
	execute: async (input) =>
		await eachItem(input, async (index) => {
			const { type, value } = identifierOf(input.context, index);
			const contact = await getContact(input.client, value, type);
			return contact ? { found: true, ...contact } : { found: false };
		}),
};

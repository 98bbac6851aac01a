import { deleteContact } from '../../../sync/index.ts';
import { eachItem } from '../../context/eachItem.ts';
import { type Operation, shownFor } from '../operation.ts';
import { identifierFields, identifierOf } from './identifierFields.ts';

export const remove: Operation = {
	description: shownFor('contact', 'delete', identifierFields),
	execute: async (input) =>
		await eachItem(input, async (index) => {
			const { type, value } = identifierOf(input.context, index);
			const result = await deleteContact(input.client, value, type);
			return { deleted: result.kind !== 'refused', result: result.kind };
		}),
};

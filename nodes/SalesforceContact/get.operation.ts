import { fetchByIds } from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import { eachItem } from '../context/eachItem.ts';
import { fieldsToRead } from './fieldsToRead.ts';
import { type Operation, shownFor } from './operation.ts';
import { recordIdField, recordIdOf } from './recordIdField.ts';

export const get: Operation = {
	description: shownFor(['get'], [recordIdField, fieldsToRead]),
	execute: async (input) => ({
		records: await eachItem(input, async (index) => {
			const { context, connection } = input;
			const object = context.getNodeParameter('object', index) as SalesforceObject;
			const fields = context.getNodeParameter('fields', index, []) as string[];
			const id = recordIdOf(context, index);
			const [record] = await fetchByIds(connection, object, fields, [id]);
			return record ? { found: true, ...record } : { found: false };
		}),
	}),
};

import { deleteRecords } from '../../sync/index.ts';
import { eachItem } from '../context/eachItem.ts';
import { type Operation, shownFor } from './operation.ts';
import { recordIdField, recordIdOf } from './recordIdField.ts';
import { unwrap } from './unwrap.ts';

export const remove: Operation = {
	description: shownFor(['delete'], [recordIdField]),
	execute: async (input) => {
		const ids = new Map<number, string>();
		const records = await eachItem(input, async (index) => {
			ids.set(index, recordIdOf(input.context, index));
			return await Promise.resolve({});
		});
		const wanted = [...ids];
		const results = await deleteRecords(
			input.connection,
			wanted.map(([, id]) => id),
		);
		wanted.forEach(([index, id], position) => {
			const result = results[position];
			if (result) {
				records[index] = unwrap(input, index, result, (kind) => ({
					Id: id,
					deleted: true,
					alreadyGone: kind === 'gone',
				}));
			}
		});
		return { records };
	},
};

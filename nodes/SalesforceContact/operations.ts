import { remove } from './delete.operation.ts';
import { get } from './get.operation.ts';
import { getAll } from './getAll.operation.ts';
import type { Operation } from './operation.ts';
import { update } from './update.operation.ts';

export const OPERATIONS: Readonly<Record<string, Operation>> = {
	update,
	delete: remove,
	get,
	getAll,
};

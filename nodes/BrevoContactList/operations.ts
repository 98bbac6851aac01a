import { remove } from './contact/delete.operation.ts';
import { get } from './contact/get.operation.ts';
import { removeFromList } from './contact/removeFromList.operation.ts';
import { upsert } from './contact/upsert.operation.ts';
import { create } from './list/create.operation.ts';
import { getAll } from './list/getAll.operation.ts';
import type { Operation } from './operation.ts';

/** Resource, operation: what the user chooses. */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
	contact: { upsert, delete: remove, get, removeFromList },
	list: { create, getAll },
};

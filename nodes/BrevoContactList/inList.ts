import type { IExecuteFunctions } from 'n8n-workflow';
import { UnknownListError, withSecondLook } from '../../sync/index.ts';
import type { DeliveryTools } from '../../sync/deliver/delivery.ts';
import { AGE_MS, cacheOf, remembered } from '../context/remembered.ts';
import { type ListChoice, resolveList } from './resolveList.ts';

/** Runs `work` with the id of the chosen list. */
export type InList = <T>(choice: ListChoice, work: (listId: number) => Promise<T>) => Promise<T>;

/**
 * Looks a list up once an hour, and at once when Brevo no longer knows it: then `work` runs again
 * with the list that has the name now, or that is made anew.
 */
export function rememberedLists(
	context: IExecuteFunctions,
	keyPrint: string,
	tools: DeliveryTools,
): InList {
	const cache = cacheOf(tools.ledger);
	return async (choice, work) => {
		const key = `list|${keyPrint}|${JSON.stringify(choice)}`;
		const known = remembered<number>(cache, key, AGE_MS.list, tools.host.clock);
		// In the editor people have just renamed or made one.
		const lately = context.getMode() === 'manual' ? undefined : await known.recall();
		return await withSecondLook(
			{
				known: lately?.value,
				read: async () => (await known.note(await resolveList(context, tools, choice))).value,
				isInDoubt: (error) => error instanceof UnknownListError,
			},
			work,
		);
	};
}

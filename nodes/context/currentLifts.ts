import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { liftsOf } from '../../sync/index.ts';
import type { Lifts } from '../../sync/limits/table.ts';

/** What the node whose dropdown opens has lifted. */
export function currentLifts(context: ILoadOptionsFunctions): Lifts {
	const options = context.getCurrentNodeParameter('options') as { lift?: unknown } | undefined;
	return liftsOf(options?.lift);
}

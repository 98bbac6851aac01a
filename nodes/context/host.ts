import type { IAllExecuteFunctions } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../sync/host.ts';

/** Real time and n8n's own logger; `signal` aborts waits and requests. */
export function n8nHost(context: Pick<IAllExecuteFunctions, 'logger'>, signal?: AbortSignal): Host {
	return {
		clock: { now: () => Date.now() },
		sleep: async (milliseconds, own = signal) => {
			await sleep(milliseconds, undefined, own && { signal: own });
		},
		logger: context.logger,
		...(signal && { signal }),
	};
}

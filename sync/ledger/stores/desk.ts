import type { Clock } from '../../host.ts';
import type { LedgerDatabase } from '../database.ts';
import type { DeskStore } from '../desk.ts';
import { readDays } from './activity.ts';
import { addCalls, readCalls } from './api-calls.ts';
import { readBacklog } from './backlog.ts';
import { readRecord } from './known-record.ts';
import { pauseIntegration, resumeIntegration } from './pausing.ts';
import { ownLimit } from './own-limit.ts';
import { quotaDays, setLimit } from './period-limit.ts';
import { replay } from './replay.ts';
import { readDelays, readRuns } from './runs.ts';

export function deskStore({ read, write }: LedgerDatabase, clock: Clock): DeskStore {
	return {
		leaseUntil: async (integration) =>
			await read(async (t) => {
				const row = await t
					.selectFrom('lease')
					.select('until')
					.where('integration', '=', integration)
					.executeTakeFirst();
				return row?.until;
			}),
		backlog: async (integration) => await read(async (t) => await readBacklog(t, integration)),
		days: async (integration, since) =>
			await read(async (t) => await readDays(t, integration, since)),
		runs: async (integration, range) =>
			await read(async (t) => await readRuns(t, integration, range)),
		delays: async (integration, since) =>
			await read(async (t) => await readDelays(t, integration, since)),
		quotaDays: async (account, period) =>
			await read(async (t) => await quotaDays(t, account, period)),
		noteCalls: async (integration, calls) =>
			await write(async (t) => await addCalls(t, integration, calls, clock.now())),
		noteLook: async (integration, calls) =>
			await write(async (t) => {
				const now = clock.now();
				await t
					.updateTable('integration')
					.set({ looked_at: now })
					.where('name', '=', integration)
					.execute();
				await addCalls(t, integration, calls, now);
			}),
		calls: async (integration, since) =>
			await read(async (t) => await readCalls(t, integration, since)),
		record: async (integration, recordId) =>
			await read(async (t) => await readRecord(t, integration, recordId)),
		replay: async (integration, which) =>
			await write(async (t) => await replay(t, integration, which, clock.now())),
		pause: async (integration) =>
			await write(async (t) => await pauseIntegration(t, integration, clock.now())),
		resume: async (integration) =>
			await write(async (t) => await resumeIntegration(t, integration)),
		setLimit: async (account, limit) =>
			await write(async (t) => await setLimit(t, account, limit, clock.now())),
		ownLimit: async (account, period) =>
			await read(async (t) => await ownLimit(t, account, period)),
	};
}

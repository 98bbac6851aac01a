import type { IDataObject } from 'n8n-workflow';
import { counted, duration, reasonInWords, statusOf } from '../../sync/index.ts';
import type { IntegrationStatus, StreamStatus } from '../../sync/desk/status.ts';
import { anyIntegrationField } from '../context/integrationField.ts';
import { iso } from '../context/timeOf.ts';
import { quotaInWords } from './getQuota.operation.ts';
import { integrationsOf, type Operation } from './operation.ts';

/** How integrations stand: one item for each direction. */
export const getStatus: Operation = {
	option: {
		name: 'Get Status',
		value: 'status',
		action: 'Get the status of integrations',
		description:
			'How each integration stands and why, what waits, what was rejected, how fast it is',
	},
	logsInTo: [],
	fields: [anyIntegrationField],
	execute: async (input) => {
		const now = input.host.clock.now();
		const zone = input.context.getTimezone();
		const items: Array<{ json: IDataObject }> = [];
		for (const integration of await integrationsOf(input)) {
			const status = await statusOf(input.ledger, integration, { now, zone });
			items.push(...status.streams.map((stream) => ({ json: statusItem(status, stream, now) })));
		}
		return items;
	},
};

function statusItem(
	{ integration, contacts, quota }: IntegrationStatus,
	status: StreamStatus,
	now: number,
): IDataObject {
	const { stream, state, why, whatToDo, progress, backlog, readUpTo, delay } = status;
	const isBack = stream.backOf !== undefined;
	const { lookedAt, lastError, failedRuns, pausedAt } = stream;
	return {
		integration: integration.name,
		direction: isBack ? 'Brevo to Salesforce' : 'Salesforce to Brevo',
		object: integration.object,
		workflow: stream.workflow,
		...{ state, why, ...(whatToDo !== undefined && { whatToDo }) },
		...(progress !== undefined && { progress }),
		...(lookedAt !== undefined && { lastLookAt: iso(lookedAt) }),
		...(readUpTo !== undefined && {
			readUpTo: iso(readUpTo),
			cursorAgeSeconds: Math.max(0, Math.round((now - readUpTo) / 1000)),
		}),
		...(pausedAt !== undefined && { pausedAt: iso(pausedAt) }),
		...(lastError !== undefined && { lastError, failedRuns }),
		contacts,
		waiting: status.waiting,
		waitingFor: backlog.deferred.map(({ limit, records, since, nextAt }) => ({
			...{ limit, records, reason: reasonInWords(limit, {}, isBack).message },
			since: iso(since),
			...(nextAt > now && nextAt < NEVER && { nextAt: iso(nextAt) }),
		})),
		rejected: status.rejected,
		rejectedFor: backlog.rejected.map(({ limit, records }) => ({
			...{ limit, records, reason: reasonInWords(limit, {}, isBack).message },
		})),
		...(backlog.page && {
			pageUnderWay: { ...backlog.page, openedAt: iso(backlog.page.openedAt) },
		}),
		...(isBack && { hints: backlog.hints }),
		today: { ...status.today },
		ever: { ...status.ever },
		delay: { ...secondsOf('p50Seconds', delay.p50), ...secondsOf('p95Seconds', delay.p95) },
		quota: quotaInWords(quota, now),
		summary: summaryOf(status, contacts),
	};
}

/** Beyond what a date can tell: waits for a word of people. */
const NEVER = 8.64e15;

const secondsOf = (name: string, seconds: number | undefined): IDataObject =>
	seconds === undefined ? {} : { [name]: Math.round(seconds * 10) / 10 };

function summaryOf({ why, waiting, rejected, delay }: StreamStatus, contacts: number): string {
	const parts = [
		counted(contacts, 'contact'),
		`${counted(waiting, 'record')} waiting`,
		`${counted(rejected, 'record')} rejected`,
		...(delay.p95 === undefined
			? []
			: [`95 % of changes arrived within ${duration(delay.p95 * 1000)}`]),
	];
	return `${why} ${parts.join(', ')}.`;
}

import { DateTime } from 'luxon';
import { delayQuantile } from '../desk/delay.ts';
import { type IntegrationStatus, statusOf } from '../desk/status.ts';
import { reasonInWords } from '../desk/words.ts';
import type { ApiService, DayActivity, Delay, HourCalls, QuotaDay } from '../ledger/desk.ts';
import type { CurrentQuota, Integration, Ledger } from '../ledger/ledger.ts';
import { OUTCOMES, type Outcome } from '../outcome.ts';
import { runsOutAt } from '../quota/forecast.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Days of the charts over time, today included. */
export const DAYS = 30;
/** Hours of the calls. */
const HOURS = 24;

/** What the dashboard shows. Counts, reasons and names of integrations; nothing of a contact. */
export interface DashboardData {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** IANA. */
	readonly zone: string;
	readonly integrations: readonly IntegrationStatus[];
	readonly accounts: readonly AccountQuota[];
	/** The last days, those without anything too, oldest first. By UTC day. */
	readonly days: readonly DayOutcomes[];
	readonly delays: readonly DayDelay[];
	/** Over all these days, seconds. */
	readonly delay: { readonly p50: number | undefined; readonly p95: number | undefined };
	/** Why records are on the rejected lists, most first. */
	readonly reasons: readonly Reason[];
	readonly calls: readonly ServiceCalls[];
}

/** The month of one Brevo account. */
export interface AccountQuota {
	readonly quota: CurrentQuota;
	readonly startsAt: number;
	/** Tasks used at these moments, oldest first; the last one is now. */
	readonly used: ReadonlyArray<{ readonly at: number; readonly used: number }>;
	/** When the tasks for ordinary writes run out at the present pace; absent when they last. */
	readonly runsOutAt?: number;
	readonly integrations: readonly string[];
}

export interface DayOutcomes extends Record<Outcome, number> {
	/** Its first millisecond. */
	readonly day: number;
}

export interface DayDelay {
	readonly day: number;
	/** Seconds; absent without written changes. */
	readonly p50?: number;
	readonly p95?: number;
}

export interface Reason {
	readonly limit: string;
	readonly records: number;
	readonly message: string;
	readonly remedy: string;
}

export interface ServiceCalls {
	readonly service: ApiService;
	/** By hour, oldest first, the last one is under way. */
	readonly hours: readonly number[];
	readonly total: number;
	/** What the service said last: calls of everybody in its day (Salesforce), and the limit: of a day
	 *  (Salesforce) or an hour (Brevo). */
	readonly used?: number;
	readonly most?: number;
}

/** Reads the ledger and nothing else. */
export async function gatherDashboard(
	ledger: Ledger,
	which: readonly Integration[],
	{ now, zone }: { readonly now: number; readonly zone: string },
): Promise<DashboardData> {
	const integrations: IntegrationStatus[] = [];
	for (const one of which) integrations.push(await statusOf(ledger, one, { now, zone }));
	const streams = integrations.flatMap((one) => one.streams.map(({ stream }) => stream.name));
	const since = now - (DAYS - 1) * DAY_MS;
	const days: DayActivity[] = [];
	const delays: Delay[] = [];
	const calls: HourCalls[] = [];
	for (const stream of streams) {
		days.push(...(await ledger.desk.days(stream, since)));
		delays.push(...(await ledger.desk.delays(stream, since)));
		calls.push(...(await ledger.desk.calls(stream, now - (HOURS - 1) * HOUR_MS)));
	}
	return {
		...{ now, zone, integrations },
		accounts: await accountsOf(ledger, integrations, { now, zone }),
		days: outcomesByDay(days, now),
		delays: delaysByDay(delays, now),
		delay: { p50: delayQuantile(delays, 0.5), p95: delayQuantile(delays, 0.95) },
		reasons: reasonsOf(integrations),
		calls: callsByService(calls, now),
	};
}

/* ---------------------------------------------------------------- quota */

async function accountsOf(
	ledger: Ledger,
	integrations: readonly IntegrationStatus[],
	{ now, zone }: { readonly now: number; readonly zone: string },
): Promise<AccountQuota[]> {
	const known = new Map(
		integrations.flatMap(({ quota }) => (quota ? [[quota.account, quota] as const] : [])),
	);
	const accounts: AccountQuota[] = [];
	for (const quota of known.values()) {
		const startsAt = startOf(quota, zone);
		const days = await ledger.desk.quotaDays(quota.account, quota.period);
		const runsOut = runsOutAt(quota, { startsAt, endsAt: quota.endsAt }, now);
		accounts.push({
			...{ quota, startsAt },
			used: usedOverTime(startsAt, days, { at: now, used: quota.used }),
			integrations: integrations
				.filter(({ integration }) => integration.brevoAccount === quota.account)
				.map(({ integration }) => integration.name),
			...(runsOut !== undefined && { runsOutAt: runsOut }),
		});
	}
	return accounts;
}

/** Level where a day has no entry: nothing was written on it. */
function usedOverTime(
	startsAt: number,
	days: readonly QuotaDay[],
	present: { readonly at: number; readonly used: number },
): AccountQuota['used'] {
	const points = [{ at: startsAt, used: 0 }];
	for (const { day, used } of days) {
		const before = points.at(-1)?.used ?? 0;
		if (day > startsAt) points.push({ at: day, used: before });
		points.push({ at: day + DAY_MS, used });
	}
	const past = points.filter(({ at }) => at < present.at);
	return [...past, present];
}

/** A period is named by its first day, in a zone that the ledger does not know: that of the workflow,
 *  if the month ends at its midnight. */
function startOf({ period, endsAt }: CurrentQuota, zone: string): number {
	const isMidnight = DateTime.fromMillis(endsAt, { zone }).toFormat('HH:mm') === '00:00';
	const start = DateTime.fromISO(period, { zone: isMidnight ? zone : 'utc' });
	return start.toMillis();
}

/* ---------------------------------------------------------------- over time */

/** The last days, as their first milliseconds. */
const lastDays = (now: number): number[] =>
	Array.from({ length: DAYS }, (_, back) => now - (now % DAY_MS) - (DAYS - 1 - back) * DAY_MS);

function outcomesByDay(days: readonly DayActivity[], now: number): DayOutcomes[] {
	const byDay = Map.groupBy(days, ({ day }) => day);
	return lastDays(now).map((day) => {
		const of = (outcome: Outcome): number =>
			(byDay.get(day) ?? []).reduce((sum, one) => sum + one[outcome], 0);
		const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, of(outcome)]));
		return { day, ...(counts as Record<Outcome, number>) };
	});
}

function delaysByDay(delays: readonly Delay[], now: number): DayDelay[] {
	const byDay = Map.groupBy(delays, ({ day }) => day);
	return lastDays(now).map((day) => {
		const counts = byDay.get(day) ?? [];
		const [p50, p95] = [delayQuantile(counts, 0.5), delayQuantile(counts, 0.95)];
		return p50 === undefined || p95 === undefined ? { day } : { day, p50, p95 };
	});
}

/* ---------------------------------------------------------------- reasons, calls */

function reasonsOf(integrations: readonly IntegrationStatus[]): Reason[] {
	const reasons = new Map<string, Reason>();
	for (const { stream, backlog } of integrations.flatMap(({ streams }) => streams)) {
		const isBack = stream.backOf !== undefined;
		for (const { limit, records } of backlog.rejected) {
			const { message, remedy } = reasonInWords(limit, {}, isBack);
			const before = reasons.get(limit)?.records ?? 0;
			reasons.set(limit, { limit, records: before + records, message, remedy });
		}
	}
	return [...reasons.values()].sort((a, b) => b.records - a.records);
}

const SERVICES = ['salesforce', 'brevo-contacts', 'brevo-other', 'brevo-mail'] as const;

function callsByService(calls: readonly HourCalls[], now: number): ServiceCalls[] {
	const last = now - (now % HOUR_MS);
	const hours = Array.from({ length: HOURS }, (_, back) => last - (HOURS - 1 - back) * HOUR_MS);
	return SERVICES.flatMap((service) => {
		const ofService = calls.filter((one) => one.service === service);
		const total = ofService.reduce((sum, one) => sum + one.calls, 0);
		if (total === 0) return [];
		const latest = ofService
			.filter(({ most }) => most !== undefined)
			.toSorted((a, b) => b.hour - a.hour)[0];
		return [
			{
				...{ service, total },
				hours: hours.map((hour) =>
					ofService.filter((one) => one.hour === hour).reduce((sum, one) => sum + one.calls, 0),
				),
				...(latest?.used !== undefined && { used: latest.used }),
				...(latest?.most !== undefined && { most: latest.most }),
			},
		];
	});
}

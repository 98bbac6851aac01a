import { DateTime } from 'luxon';
import type { Notice, QuotaStatus } from '../ledger/ledger.ts';
import type { Period } from './period.ts';

export interface NoticeFacts {
	readonly status: QuotaStatus;
	readonly period: Pick<Period, 'endsAt'>;
	/** IANA zone of the dates. */
	readonly zone: string;
	/** Records that wait for tasks, as far as this run knows. */
	readonly waiting: number;
	/** See `runsOutAt`. */
	readonly runsOutAt: number | undefined;
}

export interface NoticeText {
	readonly subject: string;
	/** One thought each. */
	readonly paragraphs: readonly string[];
}

const number = (value: number): string => value.toLocaleString('en');

/** A moment as a day of the zone, e.g. "1 December 2026". */
export const dayIn = (zone: string, at: number): string =>
	DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('d MMMM yyyy');

/** A notice in words for people who know neither n8n nor tasks. */
export function noticeText(notice: Notice, facts: NoticeFacts): NoticeText {
	const { status, period, zone, waiting } = facts;
	const day = (at: number): string => dayIn(zone, at);
	const next = day(period.endsAt);
	const share = Math.floor((status.used / status.limit) * 100);
	const used = `${number(status.used)} of the ${number(status.limit)} contact updates that may be sent to Brevo this month are used.`;
	const kept =
		status.lane > 0
			? `The last ${number(status.lane)} are kept for people who unsubscribe or are deleted.`
			: '';
	const raise =
		'To raise the limit of this month, run “Set Monthly Limit” of Contact Sync in n8n. To raise it for good, enter a higher Monthly Limit in Quota Guard and publish the workflow. The sync goes on within five minutes.';
	const outlook = (): string => {
		if (status.used >= status.limit - status.lane)
			return `Changed contacts wait from now on; nothing is lost. ${kept}`;
		if (facts.runsOutAt === undefined) return 'At the present pace the rest lasts until then.';
		return `At the present pace the rest is used up on ${day(facts.runsOutAt)}. From then on changed contacts wait; nothing is lost. ${kept}`;
	};
	const texts: Record<Notice, () => NoticeText> = {
		warning: () => ({
			subject: `Salesforce to Brevo: ${share} % of this month’s quota is used`,
			paragraphs: [`${used} A new month begins on ${next}.`, outlook(), raise],
		}),
		exhausted: () => ({
			subject: 'Salesforce to Brevo: this month’s quota is used up, the sync is paused',
			paragraphs: [
				`${used} ${kept}`,
				`${waiting > 0 ? `${number(waiting)} ${waiting === 1 ? 'contact waits' : 'contacts wait'}. ` : ''}What changes in Salesforce from now on is remembered and sent from ${next} on, or as soon as the limit is raised. Nothing is lost, and a contact that changes many times is sent once.`,
				raise,
			],
		}),
	};
	const { subject, paragraphs } = texts[notice]();
	return { subject, paragraphs: paragraphs.map((paragraph) => paragraph.trim()) };
}

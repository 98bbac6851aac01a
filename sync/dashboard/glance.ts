import { STATES } from '../desk/state.ts';
import { counted, inWords } from '../desk/words.ts';
import type { DashboardData } from './gather.ts';
import { type Html, html } from './html.ts';
import { SIGNS, type Tone, TONES } from './integrations.ts';
import { shortDuration } from './short.ts';

/** From the worst to the best. */
const ORDER: readonly Tone[] = ['bad', 'warn', 'calm', 'good'];

const VERDICTS: Readonly<Record<Tone, string>> = {
	bad: 'Needs attention',
	warn: 'Waiting for tasks',
	calm: 'Not running',
	good: 'All is well',
};

/** In one line: whether somebody has to do something, and about what. */
export function verdict({ integrations }: DashboardData): Html {
	const all = integrations.flatMap(({ integration, streams }) =>
		streams.map(({ state, stream }) => ({
			tone: TONES[state],
			words: `“${integration.name}”${stream.backOf === undefined ? '' : ', back from Brevo'} (${STATES[state].toLowerCase()})`,
		})),
	);
	const tone = ORDER.find((one) => all.some((stream) => stream.tone === one));
	if (tone === undefined) return html``;
	const those = all.filter((stream) => stream.tone === tone).map(({ words }) => words);
	const what =
		tone === 'good'
			? `${counted(integrations.length, 'integration')} up and running.`
			: `${those.slice(0, 3).join(', ')}${those.length > 3 ? ` and ${those.length - 3} more` : ''}.`;
	return html`<p class="verdict">
		<span class="chip ${tone}"
			><span aria-hidden="true">${SIGNS[tone]}</span> ${VERDICTS[tone]}</span
		>
		<span>${what}</span>
	</p>`;
}

/** The six numbers that people come for. */
export function glance(data: DashboardData): Html {
	const { integrations, days, delay, accounts } = data;
	const streams = integrations.flatMap((one) => one.streams);
	const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
	const written = sum(days.map((day) => day.written));
	const scarce = accounts.toSorted((a, b) => shareLeft(a) - shareLeft(b))[0]?.quota;
	const tiles: ReadonlyArray<readonly [name: string, value: string, more: string]> = [
		[
			'Contacts in Brevo',
			inWords(sum(integrations.map(({ contacts }) => contacts))),
			'kept in step',
		],
		['Written', inWords(written), 'in the last 30 days'],
		['Waiting', inWords(sum(streams.map(({ waiting }) => waiting))), 'for their turn'],
		['Rejected', inWords(sum(streams.map(({ rejected }) => rejected))), 'need a correction'],
		[
			'Half arrive within',
			delay.p50 === undefined ? '–' : shortDuration(delay.p50),
			delay.p95 === undefined ? 'nothing to measure yet' : `95 % in ${shortDuration(delay.p95)}`,
		],
		[
			'Tasks left',
			scarce ? inWords(Math.max(0, scarce.limit - scarce.used)) : '–',
			scarce ? `of ${inWords(scarce.limit)}` : 'no month has begun',
		],
	];
	return html`<section aria-labelledby="glance">
		<h2 id="glance" class="hidden">At a glance</h2>
		<dl class="tiles">
			${tiles.map(
				([name, value, more]) =>
					html`<div class="panel tile">
						<dt>${name}</dt>
						<dd><strong>${value}</strong><span>${more}</span></dd>
					</div>`,
			)}
		</dl>
	</section>`;
}

const shareLeft = ({ quota: { limit, used } }: DashboardData['accounts'][number]): number =>
	(limit - used) / limit;

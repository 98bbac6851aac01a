import { type State, STATES } from '../desk/state.ts';
import type { IntegrationStatus, StreamStatus } from '../desk/status.ts';
import { counted, inWords } from '../desk/words.ts';
import { type Html, html } from './html.ts';
import { shortDuration } from './short.ts';

/** How a state is shown: good, to be known, or to be acted upon. */
export type Tone = 'good' | 'calm' | 'warn' | 'bad';
export const TONES: Readonly<Record<State, Tone>> = {
	running: 'good',
	importing: 'good',
	paused: 'calm',
	off: 'calm',
	outOfQuota: 'warn',
	stopped: 'bad',
	failing: 'bad',
};

/** Not by colour alone. */
export const SIGNS = { good: '✓', calm: 'Ⅱ', warn: '!', bad: '✕' } as const;

/** Every integration with both its directions. `linkTo` gives the address of a workflow. */
export function integrationsPanel(
	integrations: readonly IntegrationStatus[],
	now: number,
	linkTo: (workflow: string) => string | undefined,
): Html {
	return html`<section aria-labelledby="integrations">
		<h2 id="integrations" class="out">Integrations</h2>
		${
			integrations.length === 0 &&
			html`<p class="panel">
				No integration yet. Publish a workflow that begins with Salesforce Contact Trigger.
			</p>`
		}
		<div class="integrations">${integrations.map((one) => integrationCard(one, now, linkTo))}</div>
	</section>`;
}

const integrationCard = (
	{ integration, contacts, streams }: IntegrationStatus,
	now: number,
	linkTo: (workflow: string) => string | undefined,
): Html =>
	html`<article class="panel">
		<header>
			<h3>${integration.name}</h3>
			<span class="muted"
				>Salesforce ${integration.object === 'Lead' ? 'leads' : 'contacts'} ·
				${counted(contacts, 'contact')} in Brevo</span
			>
		</header>
		${streams.map((stream) => streamRow(stream, now, linkTo(stream.stream.workflow)))}
	</article>`;

function streamRow(status: StreamStatus, now: number, link: string | undefined): Html {
	const { stream, state, why, whatToDo, waiting, rejected, today, delay, progress } = status;
	const tone = TONES[state];
	const figures = [
		['Written today', inWords(today.written)],
		['Waiting', inWords(waiting)],
		['Rejected', inWords(rejected)],
		['95 % within', delay.p95 === undefined ? '–' : shortDuration(delay.p95)],
		[
			'Last look',
			stream.lookedAt === undefined
				? '–'
				: `${shortDuration(Math.max(0, now - stream.lookedAt) / 1000)} ago`,
		],
	] as const;
	return html`<div class="stream">
		<p class="way">
			<span class="chip ${tone}"
				><span aria-hidden="true">${SIGNS[tone]}</span> ${STATES[state]}</span
			>
			<strong>${stream.backOf === undefined ? 'Salesforce → Brevo' : 'Brevo → Salesforce'}</strong
			>${link !== undefined && html` <a href="${link}">Open workflow</a>`}
		</p>
		<p>${why}${progress !== undefined && state !== 'importing' && html` ${progress}`}</p>
		${whatToDo !== undefined && html`<p class="muted">${whatToDo}</p>`}
		<dl>
			${figures.map(
				([name, value]) =>
					html`<div>
						<dt>${name}</dt>
						<dd>${value}</dd>
					</div>`,
			)}
		</dl>
	</div>`;
}

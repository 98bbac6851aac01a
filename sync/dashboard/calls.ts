import { scaleBand, scaleLinear } from 'd3-scale';
import { counted, inWords } from '../desk/words.ts';
import { panel } from './chart.ts';
import type { ServiceCalls } from './gather.ts';
import { type Html, html, px } from './html.ts';

const NAMES: Readonly<Record<ServiceCalls['service'], string>> = {
	salesforce: 'Salesforce',
	'brevo-contacts': 'Brevo, contacts and lists',
	'brevo-other': 'Brevo, everything else',
	'brevo-mail': 'Brevo, e-mail',
};

/** Below this nobody need care, above the second somebody should look; shares of a limit. */
const CLOSE = 0.8;

/** How many calls were made in the last day, and how near that is to what the services allow. */
export function callsPanel(calls: readonly ServiceCalls[]): Html {
	const total = calls.reduce((sum, one) => sum + one.total, 0);
	const close = calls.filter((one) => (usageOf(one)?.share ?? 0) >= CLOSE);
	const lead =
		total === 0
			? 'No call was made in the last 24 hours.'
			: `${counted(total, 'call')} in the last 24 hours. ${
					close.length === 0
						? 'No limit is near.'
						: `Near its limit: ${close.map(({ service }) => NAMES[service]).join(', ')}.`
				}`;
	return panel(
		{ id: 'calls', title: 'API calls' },
		lead,
		html`<ul class="calls">
			${calls.map(serviceRow)}
		</ul>`,
	);
}

interface Usage {
	readonly share: number;
	readonly words: string;
}

/** Salesforce counts a rolling day of everybody, Brevo allows so many an hour. */
function usageOf({ service, hours, used, most }: ServiceCalls): Usage | undefined {
	if (most === undefined || most <= 0) return undefined;
	if (service === 'salesforce') {
		return used === undefined
			? undefined
			: {
					share: used / most,
					words: `${inWords(used)} of ${inWords(most)} a day are used, by all programs of the organization`,
				};
	}
	const busiest = Math.max(...hours);
	return {
		share: busiest / most,
		words: `${inWords(busiest)} of ${inWords(most)} an hour in the busiest hour`,
	};
}

function serviceRow(calls: ServiceCalls): Html {
	const { service, hours, total } = calls;
	const usage = usageOf(calls);
	const percent = inPercent(usage?.share ?? 0);
	return html`<li>
		<div class="reason"><span>${NAMES[service]}</span><strong>${inWords(total)}</strong></div>
		${hourBars(hours, `${NAMES[service]}: ${counted(total, 'call')} in the last 24 hours`)}
		${
			usage &&
			html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
					<rect class="track" width="100" height="4" />
					<rect
						class="${usage.share >= CLOSE ? 'rejected' : 'written'}"
						width="${px(Math.min(100, Math.max(0.5, usage.share * 100)))}"
						height="4"
					/>
				</svg>
				<p class="muted">${percent}: ${usage.words}.</p>`
		}
	</li>`;
}

const inPercent = (share: number): string =>
	share > 0 && share < 0.01 ? 'Under 1 %' : `${Math.round(share * 100)} %`;

function hourBars(hours: readonly number[], summary: string): Html {
	const [width, height] = [300, 34];
	const x = scaleBand<number>()
		.domain([...hours.keys()])
		.range([0, width])
		.paddingInner(0.25);
	const y = scaleLinear()
		.domain([0, Math.max(1, ...hours)])
		.range([0, height]);
	return html`<svg
		class="hours"
		viewBox="0 0 ${width} ${height}"
		preserveAspectRatio="none"
		role="img"
		aria-label="${summary}"
	>
		${hours.map((count, hour) => {
			const tall = count === 0 ? 1 : Math.max(2, y(count));
			const ago = hours.length - 1 - hour;
			const when = ago === 0 ? 'in the present hour' : `${counted(ago, 'hour')} ago`;
			return html`<rect
				class="${count === 0 ? 'track' : 'written'}"
				x="${px(x(hour) ?? 0)}"
				width="${px(x.bandwidth())}"
				y="${px(height - tall)}"
				height="${px(tall)}"
				><title>${counted(count, 'call')} ${when}</title></rect
			>`;
		})}
	</svg>`;
}

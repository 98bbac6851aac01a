import { scaleLinear } from 'd3-scale';
import { counted, inWords } from '../desk/words.ts';
import { panel } from './chart.ts';
import type { Reason } from './gather.ts';
import { type Html, html, px } from './html.ts';

const MOST = 6;

/** Why records are on the rejected lists, with what to do. */
export function reasonsPanel(reasons: readonly Reason[]): Html {
	const total = reasons.reduce((sum, { records }) => sum + records, 0);
	const more = reasons.slice(MOST);
	const lead =
		total === 0
			? 'No record is on the rejected list.'
			: `${counted(total, 'record')} on the rejected list. Each comes again by itself once it is mended.`;
	const x = scaleLinear()
		.domain([0, Math.max(1, ...reasons.map(({ records }) => records))])
		.range([0, 100]);
	return panel(
		{ id: 'reasons', title: 'Why records were rejected' },
		lead,
		html`<ol class="reasons">
			${reasons.slice(0, MOST).map(
				({ limit, records, message, remedy }) =>
					html`<li>
						<div class="reason"><span>${message}</span><strong>${inWords(records)}</strong></div>
						<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
							<rect class="track" width="100" height="4" />
							<rect class="rejected" width="${px(Math.max(1, x(records)))}" height="4" />
						</svg>
						<p class="muted">${remedy} <code>${limit}</code></p>
					</li>`,
			)}
		</ol>`,
		...(more.length > 0
			? [
					html`<p class="muted">
						And ${counted(more.length, 'more reason')} with
						${counted(
							more.reduce((sum, { records }) => sum + records, 0),
							'record',
						)}.
					</p>`,
				]
			: []),
	);
}

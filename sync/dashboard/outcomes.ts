import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import { inWords } from '../desk/words.ts';
import { OUTCOMES, type Outcome } from '../outcome.ts';
import { drawChart, legend, numbersTable, panel, type Plot, xAxis, yAxis } from './chart.ts';
import { thinned, utcDay } from './days.ts';
import type { DayOutcomes } from './gather.ts';
import { type Html, html, px } from './html.ts';
import { short } from './short.ts';

/** From the bottom of a bar to its top. */
const NAMES: Readonly<Record<Outcome, string>> = {
	written: 'Written',
	unchanged: 'Unchanged',
	excluded: 'Left out',
	rejected: 'Rejected',
	deferred: 'Put off',
};

/** How the records of each day ended. */
export function outcomesPanel(days: readonly DayOutcomes[]): Html {
	const totals = OUTCOMES.map((outcome) => ({
		outcome,
		total: days.reduce((sum, day) => sum + day[outcome], 0),
	}));
	const all = totals.reduce((sum, { total }) => sum + total, 0);
	const lead =
		all === 0
			? 'Nothing has come in during the last 30 days.'
			: `${inWords(all)} records in the last 30 days: ${totals
					.filter(({ total }) => total > 0)
					.map(({ outcome, total }) => `${inWords(total)} ${NAMES[outcome].toLowerCase()}`)
					.join(', ')}.`;
	return panel(
		{ id: 'outcomes', title: 'What became of changes' },
		lead,
		drawChart({ id: 'outcomes-chart', summary: lead, draw: (plot) => bars(days, plot) }),
		legend(
			totals.map(({ outcome, total }) => ({
				kind: outcome,
				text: `${NAMES[outcome]} ${inWords(total)}`,
			})),
		),
		numbersTable(
			'Records by UTC day and outcome',
			['Day', ...OUTCOMES.map((outcome) => NAMES[outcome])],
			days
				.filter((day) => OUTCOMES.some((outcome) => day[outcome] > 0))
				.map((day) => [utcDay(day.day), ...OUTCOMES.map((outcome) => inWords(day[outcome]))]),
		),
	);
}

function bars(days: readonly DayOutcomes[], plot: Plot): Html {
	const x = scaleBand<number>()
		.domain(days.map(({ day }) => day))
		.range([plot.left, plot.right])
		.paddingInner(0.25);
	const most = Math.max(1, ...days.map((day) => OUTCOMES.reduce((sum, one) => sum + day[one], 0)));
	const y = scaleLinear().domain([0, most]).nice(4).range([plot.bottom, plot.top]);
	const layers = stack<DayOutcomes, Outcome>().keys(OUTCOMES)(days);
	const place = (day: number): number => x(day) ?? 0;
	return html`${yAxis(
		plot,
		y
			.ticks(4)
			.filter(Number.isInteger)
			.map((value) => ({ at: y(value), text: short(value) })),
	)}
	${layers.map((layer) =>
		layer.map((segment) => {
			const [low, high] = [segment[0], segment[1]];
			if (high <= low) return undefined;
			const { day } = segment.data;
			return html`<rect
				class="${layer.key}"
				x="${px(place(day))}"
				width="${px(x.bandwidth())}"
				y="${px(y(high))}"
				height="${px(Math.max(1, y(low) - y(high)))}"
				><title>
					${utcDay(day)}: ${inWords(high - low)} ${NAMES[layer.key].toLowerCase()}
				</title></rect
			>`;
		}),
	)}
	${xAxis(
		plot,
		thinned(
			days.map(({ day }) => ({ at: place(day) + x.bandwidth() / 2, text: utcDay(day) })),
			plot.right - plot.left > 400 ? 7 : 4,
		),
	)}`;
}

import { scaleLog, scalePoint } from 'd3-scale';
import { curveMonotoneX, line } from 'd3-shape';
import { DELAY_STEPS } from '../desk/delay.ts';
import { drawChart, legend, numbersTable, panel, type Plot, xAxis, yAxis } from './chart.ts';
import { thinned, utcDay } from './days.ts';
import type { DashboardData, DayDelay } from './gather.ts';
import { type Html, html, px } from './html.ts';
import { shortDuration } from './short.ts';

/** Of the axis: what people count in, seconds. */
const TICKS = [1, 10, 60, 600, 3_600, 36_000, 86_400, 864_000] as const;

/** How long it takes from an edit to the other side. */
export function delaysPanel({ delays, delay: { p50, p95 } }: DashboardData): Html {
	const known = delays.filter((day): day is Known => day.p50 !== undefined);
	const isKnown = p50 !== undefined && p95 !== undefined;
	const lead = isKnown
		? `Half of the changes arrived within ${shortDuration(p50)}, 95 % within ${shortDuration(p95)}, over the last 30 days. First imports do not count.`
		: 'Nothing to measure yet: no change was written in the last 30 days. First imports do not count.';
	return panel(
		{ id: 'delays', title: 'How long changes take' },
		lead,
		drawChart({ id: 'delays-chart', summary: lead, draw: (plot) => lines(delays, known, plot) }),
		legend([
			{ kind: 'p50', text: `Half within${isKnown ? ` ${shortDuration(p50)}` : ''}` },
			{ kind: 'p95', text: `95 % within${isKnown ? ` ${shortDuration(p95)}` : ''}` },
		]),
		numbersTable(
			'Time from the edit to the other side, by UTC day',
			['Day', 'Half within', '95 % within'],
			known.map((day) => [utcDay(day.day), shortDuration(day.p50), shortDuration(day.p95)]),
		),
	);
}

type Known = Required<DayDelay>;

function lines(delays: readonly DayDelay[], known: readonly Known[], plot: Plot): Html {
	const x = scalePoint<number>()
		.domain(delays.map(({ day }) => day))
		.range([plot.left + 8, plot.right - 8]);
	const most = Math.max(10, ...known.map(({ p95 }) => p95));
	const top = TICKS.find((tick) => tick >= most) ?? DELAY_STEPS.at(-1) ?? most;
	const y = scaleLog().domain([0.5, top]).range([plot.bottom, plot.top]).clamp(true);
	const place = (day: number): number => x(day) ?? 0;
	const path = (share: 'p50' | 'p95'): string =>
		line<DayDelay>()
			.defined((day) => day[share] !== undefined)
			.x(({ day }) => place(day))
			.y((day) => y(day[share] ?? 0))
			.curve(curveMonotoneX)
			.digits(1)(delays) ?? '';
	const draw = (share: 'p50' | 'p95', words: string): Html =>
		html`<path class="line ${share}-line" d="${path(share)}" /> ${known.map(
				(day) =>
					html`<circle class="${share}" cx="${px(place(day.day))}" cy="${px(y(day[share]))}" r="3"
						><title>${utcDay(day.day)}: ${words} within ${shortDuration(day[share])}</title></circle
					>`,
			)}`;
	return html`${yAxis(
		plot,
		TICKS.filter((tick) => tick <= top).map((tick) => ({ at: y(tick), text: shortDuration(tick) })),
	)}
	${draw('p95', '95 %')}${draw('p50', 'half')}
	${xAxis(
		plot,
		thinned(
			delays.map(({ day }) => ({ at: place(day), text: utcDay(day) })),
			plot.right - plot.left > 400 ? 7 : 4,
		),
	)}`;
}

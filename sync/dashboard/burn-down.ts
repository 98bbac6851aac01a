import { scaleLinear, scaleTime } from 'd3-scale';
import { area, line } from 'd3-shape';
import { inWords } from '../desk/words.ts';
import {
	drawChart,
	legend,
	type LegendEntry,
	numbersTable,
	panel,
	type Plot,
	xAxis,
	yAxis,
} from './chart.ts';
import { dayOf, thinned } from './days.ts';
import type { AccountQuota } from './gather.ts';
import { type Html, html, px } from './html.ts';
import { short } from './short.ts';

const DAY_MS = 86_400_000;

interface Point {
	readonly at: number;
	readonly left: number;
}

/** What is left of the month's tasks, and when they run out. */
export function burnDownPanel(
	account: AccountQuota,
	index: number,
	now: number,
	zone: string,
): Html {
	const { quota, runsOutAt, integrations } = account;
	const { used, limit, lane } = quota;
	const left = Math.max(0, limit - used);
	const points = account.used.map((point) => ({
		at: point.at,
		left: Math.max(0, limit - point.used),
	}));
	const forecast = forecastOf(account, now);
	const outlook =
		used >= limit - lane
			? `Changes wait until ${dayOf(zone, quota.endsAt)}, or until the limit is raised.`
			: runsOutAt === undefined
				? `At the present pace they last until the new month begins on ${dayOf(zone, quota.endsAt)}.`
				: `At the present pace they run out on ${dayOf(zone, runsOutAt)}; changes then wait until ${dayOf(zone, quota.endsAt)}.`;
	const lead = `${inWords(left)} of ${inWords(limit)} tasks are left this month. ${outlook}`;
	const entries: LegendEntry[] = [
		{ kind: 'left', text: `Left ${inWords(left)}` },
		{ kind: 'forecast', text: 'Forecast' },
		...(lane > 0
			? [{ kind: 'lane', text: `Kept for opt-outs and deletions ${inWords(lane)}` }]
			: []),
	];
	return panel(
		{ id: `quota-${index}`, title: 'Tasks of the month', isFull: true },
		`${lead}${integrations.length > 1 ? ` They are shared by ${integrations.join(', ')}.` : ''}`,
		drawChart({
			...{ id: `quota-${index}-chart`, summary: lead, isFull: true },
			draw: (plot) => burnDown({ account, points, forecast, now, zone }, plot),
		}),
		legend(entries),
		numbersTable(
			`Tasks left of ${inWords(limit)}`,
			['Until', 'Left'],
			points
				.filter(({ at }, place) => place > 0 && at !== points[place - 1]?.at)
				.map(({ at, left: rest }) => [dayOf(zone, at - 1), inWords(rest)]),
		),
	);
}

/** From now on, as it went so far: until ordinary writes stop or the month ends. */
function forecastOf(
	{ quota: { used, limit, lane, endsAt, firstAt }, startsAt, runsOutAt }: AccountQuota,
	now: number,
): readonly Point[] {
	const left = limit - used;
	if (left <= lane)
		return [
			{ at: now, left: Math.max(0, left) },
			{ at: endsAt, left: Math.max(0, left) },
		];
	if (runsOutAt !== undefined)
		return [
			{ at: now, left },
			{ at: runsOutAt, left: lane },
			{ at: endsAt, left: lane },
		];
	const elapsed = Math.max(DAY_MS, now - Math.max(startsAt, firstAt ?? startsAt));
	const more = (used * (endsAt - now)) / elapsed;
	return [
		{ at: now, left },
		{ at: endsAt, left: Math.max(lane, left - more) },
	];
}

interface Drawn {
	readonly account: AccountQuota;
	readonly points: readonly Point[];
	readonly forecast: readonly Point[];
	readonly now: number;
	readonly zone: string;
}

function burnDown({ account, points, forecast, now, zone }: Drawn, plot: Plot): Html {
	const { quota, startsAt } = account;
	const x = scaleTime().domain([startsAt, quota.endsAt]).range([plot.left, plot.right]);
	const y = scaleLinear().domain([0, quota.limit]).range([plot.bottom, plot.top]);
	const shape = area<Point>()
		.x(({ at }) => x(at))
		.y0(plot.bottom)
		.y1(({ left }) => y(left))
		.digits(1);
	const path = line<Point>()
		.x(({ at }) => x(at))
		.y(({ left }) => y(left))
		.digits(1);
	const days = Array.from(
		{ length: Math.round((quota.endsAt - startsAt) / DAY_MS) + 1 },
		(_, day) => startsAt + day * DAY_MS,
	);
	return html`${yAxis(
			plot,
			y.ticks(4).map((value) => ({ at: y(value), text: short(value) })),
		)}
		${quota.lane > 0 && html`<rect class="lane" x="${px(plot.left)}" width="${px(plot.right - plot.left)}" y="${px(y(quota.lane))}" height="${px(plot.bottom - y(quota.lane))}" />`}
		<path class="left-area" d="${shape(points) ?? ''}" />
		<path class="line left-line" d="${path(points) ?? ''}" />
		<path class="line forecast-line" d="${path(forecast) ?? ''}" />
		<line
			class="now"
			x1="${px(x(now))}"
			x2="${px(x(now))}"
			y1="${px(plot.top)}"
			y2="${px(plot.bottom)}"
		/>
		<text
			class="tick ${x(now) > plot.right - 60 ? 'end' : 'start'} strong"
			x="${px(x(now) + (x(now) > plot.right - 60 ? -6 : 6))}"
			y="${px(plot.top + 8)}"
			>now</text
		>
		${xAxis(
			plot,
			thinned(
				days.map((at) => ({ at: x(at), text: dayOf(zone, at) })),
				plot.right - plot.left > 400 ? 9 : 4,
			),
		)}`;
}

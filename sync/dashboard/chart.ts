import { type Html, html, px } from './html.ts';

/*
 * Charts are SVG made here, from d3's scales and shapes: no script runs in the page. Each is drawn
 * twice, for a wide and for a narrow screen, because text in an SVG shrinks with it.
 */

export interface Size {
	readonly width: number;
	readonly height: number;
}

const WIDE: Size = { width: 520, height: 230 };
const FULL: Size = { width: 1060, height: 260 };
const NARROW: Size = { width: 330, height: 220 };

/** The room inside the axes. */
export interface Plot {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

export interface Chart {
	/** Unique in the page. */
	readonly id: string;
	/** What it shows, for people who do not see it: a sentence with the main numbers. */
	readonly summary: string;
	readonly isFull?: boolean;
	readonly draw: (plot: Plot, size: Size) => Html;
}

export function drawChart({ id, summary, isFull = false, draw }: Chart): Html {
	const svg = (size: Size, kind: 'wide' | 'narrow'): Html => {
		const { width, height } = size;
		const plot = { left: 48, right: width - 10, top: 12, bottom: height - 26 };
		return html`<svg
			class="${kind}"
			viewBox="0 0 ${width} ${height}"
			role="img"
			aria-labelledby="${id}-${kind}"
		>
			<title id="${id}-${kind}">${summary}</title>
			${draw(plot, size)}
		</svg>`;
	};
	return html`${svg(isFull ? FULL : WIDE, 'wide')}${svg(NARROW, 'narrow')}`;
}

export interface Tick {
	readonly at: number;
	readonly text: string;
}

/** Horizontal lines with their numbers at the left. */
export const yAxis = (plot: Plot, ticks: readonly Tick[]): Html =>
	html`${ticks.map(
		({ at, text }) =>
			html`<line
					class="grid"
					x1="${px(plot.left)}"
					x2="${px(plot.right)}"
					y1="${px(at)}"
					y2="${px(at)}"
				/>
				<text class="tick end" x="${px(plot.left - 8)}" y="${px(at + 4)}">${text}</text>`,
	)}`;

/** Days along the bottom; the first and the last stay inside. */
export const xAxis = (plot: Plot, ticks: readonly Tick[]): Html =>
	html`<line
			class="axis"
			x1="${px(plot.left)}"
			x2="${px(plot.right)}"
			y1="${px(plot.bottom)}"
			y2="${px(plot.bottom)}"
		/>
		${ticks.map(({ at, text }) => {
			const place = at > plot.right - 24 ? 'end' : at < plot.left + 16 ? 'start' : 'middle';
			return html`<text class="tick ${place}" x="${px(at)}" y="${px(plot.bottom + 18)}"
				>${text}</text
			>`;
		})}`;

/** A table behind a chart, for whoever wants the numbers. */
export function numbersTable(
	caption: string,
	head: readonly string[],
	rows: ReadonlyArray<ReadonlyArray<string>>,
): Html {
	return html`<details>
		<summary>Show the numbers</summary>
		<div class="scroll">
			<table>
				<caption>
					${caption}
				</caption>
				<thead>
					<tr>
						${head.map((cell) => html`<th scope="col">${cell}</th>`)}
					</tr>
				</thead>
				<tbody>
					${rows.map(
						([first = '', ...cells]) =>
							html`<tr>
								<th scope="row">${first}</th>
								${cells.map((cell) => html`<td>${cell}</td>`)}
							</tr>`,
					)}
				</tbody>
			</table>
		</div>
	</details>`;
}

/** A panel with a heading, a sentence that says what matters, and what shows it. */
export const panel = (
	{
		id,
		title,
		isFull = false,
	}: { readonly id: string; readonly title: string; readonly isFull?: boolean },
	lead: string,
	...content: readonly Html[]
): Html =>
	html`<section class="panel${isFull ? ' full' : ''}" aria-labelledby="${id}">
		<h2 id="${id}">${title}</h2>
		<p class="lead">${lead}</p>
		${content}
	</section>`;

export interface LegendEntry {
	/** A class of the style sheet, which gives the colour. */
	readonly kind: string;
	readonly text: string;
}

export const legend = (entries: readonly LegendEntry[]): Html =>
	html`<ul class="legend">
		${entries.map(
			({ kind, text }) =>
				html`<li>
					<svg viewBox="0 0 10 10" aria-hidden="true">
						<rect class="${kind}" width="10" height="10" rx="2" /></svg
					>${text}
				</li>`,
		)}
	</ul>`;

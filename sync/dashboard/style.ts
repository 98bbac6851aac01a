/*
 * The style sheet of the dashboard. Colours are named once for light and once for dark; text has a
 * contrast of at least 4.5 to 1 on its ground, marks in charts of 3 to 1 (tests/unit/dashboard).
 */

export type Palette = Readonly<Record<(typeof COLOURS)[number], string>>;

export const COLOURS = [
	...['ground', 'panel', 'edge', 'text', 'muted', 'link'],
	...['written', 'unchanged', 'excluded', 'rejected', 'deferred', 'track'],
	...['good', 'calm', 'warn', 'bad', 'good-ground', 'calm-ground', 'warn-ground', 'bad-ground'],
] as const;

export const LIGHT: Palette = {
	...{ ground: '#f3f5f8', panel: '#ffffff', edge: '#dfe4eb' },
	...{ text: '#1a2230', muted: '#566072', link: '#1d5bbf' },
	...{ written: '#2f6bd0', unchanged: '#8190a6', excluded: '#8a63c4', rejected: '#cf3f3a' },
	...{ deferred: '#b87a10', track: '#e8ecf2' },
	...{ good: '#17663a', calm: '#4a5567', warn: '#7d4f00', bad: '#a92420' },
	...{ 'good-ground': '#dff3e6', 'calm-ground': '#e9edf3', 'warn-ground': '#fdf0d5' },
	'bad-ground': '#fce4e3',
};

export const DARK: Palette = {
	...{ ground: '#10141b', panel: '#1a202a', edge: '#2d3644' },
	...{ text: '#e8ecf2', muted: '#a4afc0', link: '#8ab6ff' },
	...{ written: '#5b9bff', unchanged: '#76859c', excluded: '#b394ea', rejected: '#f4726b' },
	...{ deferred: '#e0a63f', track: '#2a3341' },
	...{ good: '#7fdca2', calm: '#b9c3d1', warn: '#f5c469', bad: '#ff9a94' },
	...{ 'good-ground': '#163424', 'calm-ground': '#2a323f', 'warn-ground': '#3b2f14' },
	'bad-ground': '#452021',
};

const variables = (palette: Palette): string =>
	COLOURS.map((name) => `--${name}:${palette[name]}`).join(';');

const MARKS = ['written', 'unchanged', 'excluded', 'rejected', 'deferred', 'track'] as const;
const TONES = ['good', 'calm', 'warn', 'bad'] as const;

export const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);
	font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,.top,footer{max-width:1120px;margin:0 auto;padding:0 20px}
.top{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 16px;padding-top:28px}
h1{font-size:24px;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:16px;line-height:1.3;margin:0 0 4px}
h2.out{margin:0 0 10px;font-size:18px}
h3{font-size:16px;line-height:1.3;margin:0;overflow-wrap:anywhere}
p{margin:0 0 8px}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
code{font-size:12px;color:var(--muted);overflow-wrap:anywhere}
.muted{color:var(--muted)}
.lead{color:var(--muted);max-width:95ch}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.verdict{margin:12px 0 20px;display:flex;flex-wrap:wrap;gap:8px;align-items:center}
.panel{background:var(--panel);border:1px solid var(--edge);border-radius:12px;padding:18px 20px;
	min-width:0;margin:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 28px}
.tile{padding:14px 16px}
.tile dt{color:var(--muted);font-size:13px}
.tile dd{margin:0}
.tile strong{display:block;font-size:25px;line-height:1.25;font-weight:650;letter-spacing:-.01em;
	font-variant-numeric:tabular-nums}
.tile span{color:var(--muted);font-size:13px}
.integrations{columns:2 420px;column-gap:16px}
.integrations article{break-inside:avoid;margin-bottom:16px}
.integrations header{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 12px}
.stream{margin-top:12px;padding-top:12px;border-top:1px solid var(--edge)}
.stream p{margin:0 0 6px;overflow-wrap:anywhere}
.stream dl{display:grid;grid-template-columns:repeat(5,minmax(max-content,1fr));gap:8px 12px;margin:10px 0 0}
.stream dt{color:var(--muted);font-size:12px}
.stream dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.way{display:flex;flex-wrap:wrap;align-items:center;gap:4px 10px}
.way a{margin-left:auto}
.chip{display:inline-flex;gap:5px;padding:2px 10px;border-radius:99px;font-size:13px;font-weight:600;
	white-space:nowrap}
${TONES.map((tone) => `.chip.${tone}{color:var(--${tone});background:var(--${tone}-ground)}`).join('\n')}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px;margin:12px 0 28px}
.full{grid-column:1/-1}
svg{display:block;max-width:100%}
svg.wide,svg.narrow{width:100%;height:auto;overflow:visible}
svg.narrow{display:none}
.grid{stroke:var(--edge)}
.axis{stroke:var(--muted)}
.tick{fill:var(--muted);font-size:12px;font-variant-numeric:tabular-nums}
.start{text-anchor:start}.middle{text-anchor:middle}.end{text-anchor:end}
.strong{font-weight:650;fill:var(--text)}
${MARKS.map((mark) => `svg .${mark}{fill:var(--${mark})}`).join('\n')}
svg .left,svg .left-area,svg .p50{fill:var(--written)}
svg .left-area{fill-opacity:.14}
svg .lane{fill:var(--deferred);fill-opacity:.28}
svg .forecast{fill:var(--unchanged)}
svg .p95{fill:var(--excluded)}
.line{fill:none;stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
.left-line,.p50-line{stroke:var(--written)}
.p95-line{stroke:var(--excluded)}
.forecast-line{stroke:var(--unchanged);stroke-dasharray:2 6}
.now{stroke:var(--muted);stroke-dasharray:3 3}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:10px 0 0;padding:0;
	font-size:13px;color:var(--muted)}
.legend li{display:flex;align-items:center;gap:6px}
.legend svg{width:10px;height:10px;flex:none}
.reasons,.calls{list-style:none;margin:12px 0 0;padding:0;display:grid;gap:14px}
.reason{display:flex;justify-content:space-between;gap:16px}
.reason strong{font-variant-numeric:tabular-nums}
.reasons p,.calls p{margin:0;font-size:13px}
svg.bar{width:100%;height:6px;margin:5px 0;border-radius:3px}
svg.hours{width:100%;height:34px;margin:4px 0}
details{margin-top:12px;font-size:13px}
summary{cursor:pointer;color:var(--link);width:max-content;max-width:100%}
.scroll{overflow-x:auto;margin-top:8px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);padding-bottom:4px}
th,td{padding:4px 8px;border-bottom:1px solid var(--edge);text-align:right;white-space:nowrap}
th{font-weight:600}
th:first-child{text-align:left}
footer{padding-bottom:32px;font-size:13px;color:var(--muted)}
@media (max-width:760px){
	main,.top,footer{padding-left:14px;padding-right:14px}
	.top{padding-top:18px}
	.charts{grid-template-columns:minmax(0,1fr)}
	.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}
	.tile{padding:12px 14px}
	.stream dl{grid-template-columns:repeat(3,minmax(max-content,1fr))}
	.tile strong{font-size:21px}
	.panel{padding:14px}
	svg.wide{display:none}
	svg.narrow{display:block}
}
@media print{body{background:#fff}.panel{break-inside:avoid}}
`;

import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const WALL = 'import-x/no-restricted-paths';
const DOOR = '@typescript-eslint/no-restricted-imports';

// One forbidden or allowed import each, as if it stood in the file. A type may come from anywhere
// in the engine: it leaves nothing behind in the bundle.
const CASES = [
	{ file: 'sync/x.ts', imports: '../nodes/QuotaGuard/QuotaGuard.node.ts', broken: [WALL] },
	{ file: 'sync/x.ts', imports: '../sandbox/service.ts', broken: [WALL] },
	{ file: 'sync/x.ts', imports: 'n8n-workflow', broken: [DOOR] },
	{ file: 'sync/x.ts', imports: './host.ts', broken: [] },
	{ file: 'sandbox/x.ts', imports: '../sync/host.ts', broken: [WALL] },
	{ file: 'sandbox/x.ts', imports: '../nodes/QuotaGuard/QuotaGuard.node.ts', broken: [WALL] },
	{ file: 'nodes/X/x.ts', imports: '../../sandbox/service.ts', broken: [WALL] },
	{ file: 'nodes/X/x.ts', imports: '../../n8n-host/n8n.ts', broken: [WALL] },
	{ file: 'nodes/X/x.ts', imports: '../../sync/host.ts', broken: [DOOR] },
	{ file: 'nodes/X/x.ts', imports: '../../sync/index.ts', broken: [] },
	{ file: 'nodes/X/x.ts', imports: '../../sync/host.ts', only: 'type ', broken: [] },
	{ file: 'sync/x.ts', imports: '../sandbox/service.ts', only: 'type ', broken: [WALL] },
	{ file: 'tests/x.ts', imports: '../sync/host.ts', broken: [] },
];

describe('the walls between the folders', () => {
	const sources = CASES.map(({ file, imports, only = '' }) => ({
		file,
		source: `export ${only}{ x } from '${imports}';\n`,
	}));
	const program = path.join(__dirname, 'import-walls.mjs');
	const printed = execFileSync(process.execPath, [program, JSON.stringify(sources)], {
		cwd: root,
		encoding: 'utf8',
	});
	const found = JSON.parse(printed) as string[][];

	it.each(CASES.map((one, at) => ({ only: '', ...one, found: found[at] })))(
		'$file importing $only$imports breaks $broken',
		({ broken, found: rules }) => {
			expect(rules).toEqual(broken);
		},
	);
});

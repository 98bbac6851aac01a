// Bundles the package into dist/: the engine once (sync.js), one thin file per node and credential.
import { build } from 'esbuild';
import { existsSync, globSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './install.cjs';

const dist = path.join(root, 'dist');
const engine = path.join(root, 'sync');
const engineDoor = path.join(engine, 'index.ts');

/** @type {import('esbuild').BuildOptions} */
const common = {
	absWorkingDir: root,
	bundle: true,
	platform: 'node',
	target: 'node20',
	format: 'cjs',
	// Names stay, so that a stack trace in a user's bug report can be read.
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'none',
	// n8n puts its own n8n-workflow in reach of every community node.
	external: ['n8n-workflow'],
	logLevel: 'warning',
	metafile: true,
};

/**
 * Modules that bundled libraries load but that we never use: jsforce's own HTTP, and pg's optional C
 * binding.
 */
const STUBS = {
	undici: path.join(root, 'sync/salesforce/undici-stub.ts'),
	'pg-native': path.join(root, 'sync/ledger/postgres/pg-native-stub.ts'),
};

/**
 * Leaves imports of the engine to `require('.../sync.js')`, so that every node shares one engine
 * and its module-level state (ledger handles, rate limiters).
 * @param {string} outfile
 * @returns {import('esbuild').Plugin}
 */
const sharedEngine = (outfile) => ({
	name: 'shared-engine',
	setup({ onResolve }) {
		onResolve({ filter: /^\./ }, ({ path: request, resolveDir, importer }) => {
			const file = path.resolve(resolveDir, request);
			if (!file.startsWith(engine + path.sep)) return undefined;
			if (file !== engineDoor) {
				const where = path.relative(root, importer);
				return { errors: [{ text: `${where}: take values from sync/index.ts, not ${request}` }] };
			}
			const shared = path.relative(path.dirname(outfile), path.join(dist, 'sync.js'));
			return { path: shared.split(path.sep).join('/'), external: true };
		});
	},
});

/** @typedef {{ source: string, outfile: string, className: string }} Entry */

/**
 * The node and credential files of the source tree, checked against package.json both ways.
 * @returns {Entry[]}
 */
function entries() {
	/** @type {{ nodes: string[], credentials: string[] }} */
	const { nodes, credentials } = JSON.parse(
		readFileSync(path.join(root, 'package.json'), 'utf8'),
	).n8n;
	const listed = new Set([...credentials, ...nodes]);
	const found = globSync(['nodes/*/*.node.ts', 'credentials/*.credentials.ts'], { cwd: root })
		.map((source) => ({ source, listing: `dist/${source.replace(/\.ts$/, '.js')}` }))
		.sort((a, b) => a.source.localeCompare(b.source));
	const there = new Set(found.map(({ listing }) => listing));
	const missing = [...listed].filter((listing) => !there.has(listing));
	const unlisted = found.filter(({ listing }) => !listed.has(listing));
	if (missing.length + unlisted.length > 0) {
		throw new Error(
			[
				...missing.map((listing) => `package.json lists ${listing}, which has no source file`),
				...unlisted.map(({ source }) => `package.json does not list ${source} under "n8n"`),
			].join('\n'),
		);
	}
	return found.map(({ source, listing }) => ({
		source,
		outfile: path.join(root, listing),
		className: path.basename(source).replace(/\..*$/, ''),
	}));
}

/**
 * Writes the licences of the bundled libraries beside the bundle, as they ask for.
 * @param {import('esbuild').Metafile} metafile
 * @returns {number} how many libraries
 */
function writeLicences(metafile) {
	const folders = new Set(
		Object.keys(metafile.inputs).flatMap((input) => {
			const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
			return match?.[1] ? [match[1]] : [];
		}),
	);
	const texts = [...folders].sort().map((folder) => {
		const { name, version, license } = JSON.parse(
			readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
		);
		const file = readdirSync(path.join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
		const text = file ? readFileSync(path.join(root, folder, file), 'utf8').trim() : '';
		return `${name} ${version} (${license})\n\n${text}`;
	});
	const rule = `\n\n${'-'.repeat(80)}\n\n`;
	writeFileSync(path.join(dist, 'THIRD-PARTY-LICENCES.txt'), `${texts.join(rule)}\n`);
	return folders.size;
}

/**
 * Loads every node and credential of dist/ as n8n does, `new (require(file)[class name])()`, and
 * looks for its icons, so that a broken package fails here and not in a user's n8n.
 */
export async function check() {
	const require = createRequire(path.join(root, 'package.json'));
	for (const { outfile, className } of entries()) {
		const name = path.relative(root, outfile);
		const Class = require(outfile)[className];
		if (typeof Class !== 'function') throw new Error(`${name} does not export class ${className}`);
		const made = new Class();
		const icon = made.description?.icon ?? made.icon;
		if (icon === undefined) throw new Error(`${name} has no icon`);
		for (const reference of typeof icon === 'string' ? [icon] : Object.values(icon)) {
			const file = path.join(path.dirname(outfile), reference.replace(/^file:/, ''));
			if (!existsSync(file))
				throw new Error(`${name} names an icon that is not there: ${reference}`);
		}
	}
}

/** Builds dist/ from sync/, nodes/ and credentials/ and reports the sizes. */
export async function bundle() {
	const all = entries();
	if (!existsSync(engineDoor))
		throw new Error('sync/index.ts is missing: nodes take the engine from it');
	const engineBuild = build({
		...common,
		entryPoints: [engineDoor],
		outfile: path.join(dist, 'sync.js'),
		alias: STUBS,
	});
	await Promise.all(
		all.map(({ source, outfile }) =>
			build({ ...common, entryPoints: [source], outfile, plugins: [sharedEngine(outfile)] }),
		),
	);
	const { metafile } = await engineBuild;
	const libraries = metafile ? writeLicences(metafile) : 0;
	for (const file of [path.join(dist, 'sync.js'), ...all.map(({ outfile }) => outfile)]) {
		const kilobytes = (statSync(file).size / 1000).toFixed(1).padStart(8);
		console.log(`${kilobytes} kB  ${path.relative(root, file)}`);
	}
	console.log(`${libraries} libraries bundled, their licences in dist/THIRD-PARTY-LICENCES.txt`);
}

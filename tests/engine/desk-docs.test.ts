import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATIONS } from '../../nodes/ContactSync/operations.ts';
import { ask, DESK, named } from './desk.ts';
import { eventually, INTEGRATION, Scene } from './scene.ts';

const page = readFileSync(path.join(__dirname, '../../docs/contact-sync.md'), 'utf8');
const sections = new Map(
	page
		.split(/^## /m)
		.slice(1)
		.map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

/** What the page shows as the output of an operation. */
function exampleOf(name: string): Readonly<Record<string, unknown>> {
	const [, json = ''] = /^```json\n([^]*?)^```/m.exec(sections.get(name) ?? '') ?? [];
	return JSON.parse(json) as Record<string, unknown>;
}

/** The shape of a value: names of keys and kinds of values. */
const shape = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.slice(0, 1).map(shape);
	if (typeof value !== 'object' || value === null) return typeof value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
};

/** Runs each operation as the page's example was run; in this order, because some build on others. */
const RUNS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
	'Get Status': {},
	'Get Many Rejections': {},
	'Explain Contact': { findBy: 'recordId' },
	'Get Quota': {},
	Estimate: { object: 'Contact' },
	Reconcile: { ...named(INTEGRATION), mode: 'report' },
	Export: { exportAs: 'items' },
	Dashboard: { pageAs: 'text' },
	'Approve Removals': named(INTEGRATION),
	Replay: { ...named(INTEGRATION), which: 'rejected' },
	Pause: named(INTEGRATION),
	Resume: named(INTEGRATION),
	'Set Monthly Limit': { limitFrom: 'number', tasks: 150_000 },
};

describe('docs/contact-sync.md', () => {
	it('has a section for every operation', () => {
		const names = OPERATIONS.map(({ option }) => option.name).sort();
		expect([...sections.keys()].sort()).toEqual(names);
		expect(Object.keys(RUNS).sort()).toEqual(names);
	});

	it('names every field of every operation', () => {
		const skipped = new Set(['notice', 'hidden']);
		for (const { option, fields } of OPERATIONS) {
			const section = sections.get(option.name) ?? '';
			for (const { displayName, type } of fields) {
				if (skipped.has(type) || type === 'collection') continue;
				const [, short = displayName] = /^(.*?) \(/.exec(displayName) ?? [];
				expect([option.name, section.includes(short), short]).toEqual([option.name, true, short]);
			}
		}
	});

	it('shows what the operations put out', async () => {
		const scene = await Scene.open();
		try {
			const active = await scene.publish();
			await active.finished(1);
			await eventually(
				async () => (await ask(scene, 'status')).json(DESK)[0]?.['lastLookAt'] !== undefined,
			);
			let recordId: unknown;
			for (const [name, parameters] of Object.entries(RUNS)) {
				const value = OPERATIONS.find(({ option }) => option.name === name)?.option.value;
				const more = name === 'Explain Contact' ? { recordId } : {};
				const run = await ask(scene, String(value), { ...parameters, ...more });
				const [item] = run.json(DESK);
				recordId ??= item?.['recordId'];
				expect({ [name]: shape(item) }).toEqual({ [name]: shape(exampleOf(name)) });
			}
		} finally {
			await scene.close();
		}
	});
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, INodeProperties, INodeType } from 'n8n-workflow';
import { BrevoContactList } from '../../nodes/BrevoContactList/BrevoContactList.node.ts';
import { BrevoContactTrigger } from '../../nodes/BrevoContactTrigger/BrevoContactTrigger.node.ts';
import { MapContactFields } from '../../nodes/MapContactFields/MapContactFields.node.ts';
import { QuotaGuard } from '../../nodes/QuotaGuard/QuotaGuard.node.ts';
import { SalesforceContact } from '../../nodes/SalesforceContact/SalesforceContact.node.ts';
import { SalesforceContactTrigger } from '../../nodes/SalesforceContactTrigger/SalesforceContactTrigger.node.ts';
import {
	BACK,
	backTemplate,
	BREVO,
	GUARD,
	MAP,
	SALESFORCE,
	Scene,
	template,
	TRIGGER,
} from './scene.ts';

const ROOT = path.join(__dirname, '../..');
const page = readFileSync(path.join(ROOT, 'docs/nodes.md'), 'utf8');
const sections = new Map(
	page
		.split(/^## /m)
		.slice(1)
		.map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
const section = (name: string): string => sections.get(name) ?? '';

/** What the page shows of a node, in its order. */
const examples = (name: string): IDataObject[] =>
	[...section(name).matchAll(/^```json\n([^]*?)^```/gm)].map(
		([, json = '']) => JSON.parse(json) as IDataObject,
	);

/** The shape of a value: names of keys and kinds of values. */
const shape = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.slice(0, 1).map(shape);
	if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
};

const without = (item: IDataObject | undefined, ...names: readonly string[]): IDataObject =>
	Object.fromEntries(Object.entries(item ?? {}).filter(([name]) => !names.includes(name)));

const NODES: ReadonlyArray<readonly [string, INodeType]> = [
	[TRIGGER, new SalesforceContactTrigger()],
	[MAP, new MapContactFields()],
	[GUARD, new QuotaGuard()],
	[BREVO, new BrevoContactList()],
	[BACK, new BrevoContactTrigger()],
	[SALESFORCE, new SalesforceContact()],
];

describe('docs/nodes.md', () => {
	it.each(NODES)('names every parameter and option of %s', (name, node) => {
		const shown = ({ type }: INodeProperties): boolean => type !== 'notice' && type !== 'hidden';
		const all = node.description.properties
			.filter(shown)
			.flatMap((property) =>
				property.type === 'collection'
					? ((property.options ?? []) as INodeProperties[]).filter(shown)
					: [property],
			);
		const names = all.map(({ displayName }) => displayName.replace(/ \(.*| Names? or IDs?$/g, ''));
		expect(names.filter((one) => !section(name).includes(one))).toEqual([]);
	});

	it('shows what the nodes put out', async () => {
		const scene = await Scene.open();
		try {
			const { admin } = scene.sandbox.salesforce;
			// 16 of 20: the warning is due.
			const { runs } = await scene.sync(template({ [GUARD]: { monthlyLimit: 20 } }));
			const [first] = runs;
			const [record] = admin.records({ object: 'Contact' });
			const id = String(record?.['Id']);
			admin.update({ object: 'Contact', id, values: { Title: 'Director' } });
			const [touched] = (await scene.sync()).runs;
			await scene.inBrevo('PUT', `contacts/${id}?identifierType=ext_id`, {
				attributes: { LASTNAME: 'Young-Hill' },
			});
			await scene.hint(id);
			const [back] = (await scene.syncBack((active) => active.runs.length > 0, backTemplate()))
				.runs;

			const incoming = Object.keys(first?.json(TRIGGER)[0] ?? {});
			const contact = ['email', 'ext_id', 'attributes', 'sync'];
			const found = {
				[TRIGGER]: [first?.json(TRIGGER)[0]],
				[MAP]: [
					without(first?.json(MAP)[0], 'sync'),
					without(first?.json(MAP, 1)[0], ...incoming),
					without(back?.json(MAP)[0], 'sync'),
				],
				[GUARD]: [without(touched?.json(GUARD, 1)[0], ...contact), first?.json(GUARD, 2)[0]],
				[BREVO]: [without(first?.json(BREVO)[0], 'sync')],
				[BACK]: [without(back?.json(BACK)[0], 'sync')],
				[SALESFORCE]: [without(back?.json(SALESFORCE)[0], 'sync')],
			};
			for (const [name, items] of Object.entries(found)) {
				expect({ [name]: shapes(examples(name)) }).toEqual({ [name]: shapes(items) });
			}
		} finally {
			await scene.close();
		}
	});

	it('quotes errors as the nodes say them', () => {
		const said = readdirSync(path.join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => readFileSync(path.join(ROOT, 'nodes', file), 'utf8'))
			.join('\n')
			.replaceAll(/\$\{[^}]*\}/g, '…');
		const errors = [...page.matchAll(/^\| error \|.*\n.*\n((?:\|.*\n)+)/gm)]
			.flatMap(([, rows = '']) => rows.trim().split('\n'))
			.map((row) => row.split('|')[1]?.trim() ?? '');
		expect(errors.length).toBeGreaterThan(20);
		// What stands in for a value is the page's own word.
		const general = (text: string): string =>
			text.replaceAll(/“…”|…s\b|\d+|Salesforce|leads|contacts/g, '…');
		expect(errors.filter((error) => !general(said).includes(general(error)))).toEqual([]);
	});
});

const shapes = (items: ReadonlyArray<IDataObject | undefined>): unknown[] => items.map(shape);

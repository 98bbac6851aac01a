import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties, INodeType } from 'n8n-workflow';
import { BrevoContactList } from '../../nodes/BrevoContactList/BrevoContactList.node.ts';
import { BrevoContactTrigger } from '../../nodes/BrevoContactTrigger/BrevoContactTrigger.node.ts';
import { ContactSync } from '../../nodes/ContactSync/ContactSync.node.ts';
import { MapContactFields } from '../../nodes/MapContactFields/MapContactFields.node.ts';
import { QuotaGuard } from '../../nodes/QuotaGuard/QuotaGuard.node.ts';
import { SalesforceContact } from '../../nodes/SalesforceContact/SalesforceContact.node.ts';
import { SalesforceContactTrigger } from '../../nodes/SalesforceContactTrigger/SalesforceContactTrigger.node.ts';

const PACKAGE = 'n8n-nodes-salesforce-brevo';
const OWN = new Map<string, INodeType>(
	[
		new SalesforceContactTrigger(),
		new MapContactFields(),
		new QuotaGuard(),
		new BrevoContactList(),
		new BrevoContactTrigger(),
		new SalesforceContact(),
		new ContactSync(),
	].map((node) => [`${PACKAGE}.${node.description.name}`, node]),
);

interface TemplateNode {
	readonly name: string;
	readonly type: string;
	readonly typeVersion: number;
	readonly parameters: Readonly<Record<string, unknown>>;
	readonly credentials?: unknown;
}
interface Template {
	readonly name: string;
	readonly nodes: readonly TemplateNode[];
	readonly connections: Readonly<
		Record<string, { readonly main: ReadonlyArray<ReadonlyArray<{ readonly node: string }>> }>
	>;
	readonly meta?: Readonly<Record<string, unknown>>;
}

const root = path.join(__dirname, '..', '..');
const templates = globSync('templates/*.json', { cwd: root }).map(
	(file) => [file, JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Template] as const,
);

test('there are templates', () => {
	expect(templates.length).toBeGreaterThan(0);
});

describe.each(templates)('%s', (_file, template) => {
	const stickies = template.nodes.filter(({ type }) => type.endsWith('.stickyNote'));

	test('uses only nodes of this package, under their real type names and versions, and of n8n', () => {
		for (const { type, typeVersion } of template.nodes) {
			if (type.startsWith('n8n-nodes-base.')) continue;
			expect([type, OWN.get(type)?.description.version]).toEqual([type, typeVersion]);
		}
	});

	test('sets only parameters that the nodes have', () => {
		for (const { name, type, parameters } of template.nodes) {
			const known = OWN.get(type)?.description.properties.map(
				(property: INodeProperties) => property.name,
			);
			const unknown = Object.keys(parameters).filter(
				(parameter) => known && !known.includes(parameter),
			);
			expect([name, unknown]).toEqual([name, []]);
		}
	});

	test('connects nodes that are there', () => {
		const names = new Set(template.nodes.map(({ name }) => name));
		for (const [from, { main }] of Object.entries(template.connections)) {
			const ends = main.flat().map(({ node }) => node);
			expect([from, ...ends].filter((name) => !names.has(name))).toEqual([]);
		}
	});

	test('holds no credential, no id of an instance and no secret', () => {
		const text = JSON.stringify(template);
		expect(template.nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
		expect(template.meta).not.toHaveProperty('instanceId');
		expect(text).not.toMatch(
			/xkeysib-|client_secret|BEGIN [A-Z ]*PRIVATE KEY|127\.0\.0\.1|localhost/,
		);
	});

	test('does not tick the consent for its user', () => {
		for (const { type, parameters } of template.nodes) {
			if (type.endsWith('salesforceContactTrigger')) expect(parameters['consent']).toBe(false);
		}
	});

	test("has one yellow overview of 100 to 300 words with the parts that n8n's template rules ask for", () => {
		const overviews = stickies.filter(({ parameters }) => parameters['color'] === 1);
		expect(overviews).toHaveLength(1);
		const text = String(overviews[0]?.parameters['content']);
		expect(text).toMatch(/### How it works/);
		expect(text).toMatch(/### Setup/);
		expect(text).toMatch(/self-hosted/i);
		const words = text.split(/\s+/).length;
		expect(words).toBeGreaterThanOrEqual(100);
		expect(words).toBeLessThanOrEqual(300);
	});

	test('explains each part in a note of under 50 words', () => {
		const notes = stickies.filter(({ parameters }) => parameters['color'] !== 1);
		expect(notes.length).toBeGreaterThan(0);
		for (const { parameters } of notes) {
			expect(String(parameters['content']).split(/\s+/).length).toBeLessThan(50);
		}
	});
});

import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { BrevoContactList } from '../../nodes/BrevoContactList/BrevoContactList.node.ts';
import { BrevoContactTrigger } from '../../nodes/BrevoContactTrigger/BrevoContactTrigger.node.ts';
import { ContactSync } from '../../nodes/ContactSync/ContactSync.node.ts';
import { MapContactFields } from '../../nodes/MapContactFields/MapContactFields.node.ts';
import { QuotaGuard } from '../../nodes/QuotaGuard/QuotaGuard.node.ts';
import { SalesforceContact } from '../../nodes/SalesforceContact/SalesforceContact.node.ts';
import { SalesforceContactTrigger } from '../../nodes/SalesforceContactTrigger/SalesforceContactTrigger.node.ts';

const ROOT = path.join(__dirname, '../..');
const json = (file: string): Record<string, unknown> =>
	JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Record<string, unknown>;

const NODES: Readonly<Record<string, INodeType>> = {
	BrevoContactList: new BrevoContactList(),
	BrevoContactTrigger: new BrevoContactTrigger(),
	ContactSync: new ContactSync(),
	MapContactFields: new MapContactFields(),
	QuotaGuard: new QuotaGuard(),
	SalesforceContact: new SalesforceContact(),
	SalesforceContactTrigger: new SalesforceContactTrigger(),
};
const names = Object.keys(NODES);
const descriptionOf = (name: string) => {
	const node = NODES[name];
	if (!node) throw new Error(`There is no node ${name}`);
	return node.description;
};

/** Stands beside the name of what it is the value of. */
const SELF_EXPLAINING = new Set(['Value']);

/** All properties, those inside collections too. */
function flat(properties: readonly INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => {
		const inner = (property.options ?? []).flatMap((option) => {
			if ('values' in option) return flat(option.values);
			return 'type' in option ? flat([option]) : [];
		});
		return [property, ...inner];
	});
}

test('package.json lists exactly the nodes and credentials that are there', () => {
	const { n8n } = json('package.json') as { n8n: Record<'nodes' | 'credentials', string[]> };
	const there = (pattern: string) =>
		globSync(pattern, { cwd: ROOT }).map((file) => `dist/${file.replace(/\.ts$/, '.js')}`);
	expect([...n8n.nodes].sort()).toEqual(there('nodes/*/*.node.ts').sort());
	expect([...n8n.credentials].sort()).toEqual(there('credentials/*.credentials.ts').sort());
});

describe.each(names)('%s', (name) => {
	const folder = path.join(ROOT, 'nodes', name);
	const description = descriptionOf(name);

	test('has an icon for light and dark that exists', () => {
		const { light, dark } = description.icon as { light: string; dark: string };
		for (const icon of [light, dark])
			expect(existsSync(path.join(folder, icon.replace('file:', '')))).toBe(true);
	});

	test('shows in a subtitle what it does', () => expect(description.subtitle).toBeTruthy());

	test('can be used by an AI agent, unless it starts workflows', () => {
		const isTrigger = description.group.includes('trigger');
		expect(description.usableAsTool ?? false).toBe(!isTrigger);
	});

	test('has a codex with category and words to find it by', () => {
		const codex = json(`nodes/${name}/${name}.node.json`);
		expect(codex['node']).toBe(`n8n-nodes-salesforce-brevo.${description.name}`);
		expect(codex['categories']).not.toHaveLength(0);
		expect(codex['alias']).not.toHaveLength(0);
	});

	test('names only credentials of this package', () => {
		const known = globSync('credentials/*.credentials.ts', { cwd: ROOT }).map((file) =>
			path
				.basename(file)
				.replace('.credentials.ts', '')
				.replace(/^./, (first) => first.toLowerCase()),
		);
		for (const credential of description.credentials ?? [])
			expect(known).toContain(credential.name);
	});

	test('has every method that a dropdown, a search or a credential test asks for', () => {
		const { loadOptions, listSearch, credentialTest } = NODES[name]?.methods ?? {};
		const wanted = flat(description.properties).flatMap(({ typeOptions, modes }) => [
			typeOptions?.loadOptionsMethod,
			...(modes ?? []).map((mode) => mode.typeOptions?.searchListMethod),
		]);
		const testedBy = (description.credentials ?? []).map((credential) => credential.testedBy);
		const there = Object.keys({ ...loadOptions, ...listSearch, ...credentialTest });
		for (const method of [...wanted, ...testedBy])
			if (method !== undefined) expect(there).toContain(method);
	});

	test('shows fields only under conditions that a field of this node can meet', () => {
		const all = flat(description.properties);
		for (const { displayOptions } of all) {
			for (const [other, values] of Object.entries(displayOptions?.show ?? {})) {
				const choices = all
					.filter((property) => property.name === other)
					.flatMap((property) =>
						property.type === 'boolean'
							? [true, false]
							: (property.options as INodePropertyOptions[]).map(({ value }) => value),
					);
				for (const value of values ?? []) expect(choices).toContain(value);
			}
		}
	});

	test('says what each field is for: in words, an example, or choices', () => {
		const bare = flat(description.properties).filter(
			(property) =>
				!(property.description ?? property.placeholder ?? property.options) &&
				!['notice', 'hidden'].includes(property.type) &&
				!SELF_EXPLAINING.has(property.displayName),
		);
		expect(bare.map(({ displayName }) => displayName)).toEqual([]);
	});

	// n8n's editor takes what a credential depends on for the login, and hides what that depends on.
	test('lets its login depend on no other field, which the editor would hide', () => {
		const conditions = (description.credentials ?? []).flatMap(({ displayOptions }) =>
			Object.keys(displayOptions?.show ?? {}),
		);
		const logins = description.properties.filter((property) => conditions.includes(property.name));
		expect(logins.filter(({ displayOptions }) => displayOptions)).toEqual([]);
	});

	test('names its outputs, when there are several', () => {
		const { outputs, outputNames } = description;
		if (outputs.length > 1) expect(outputNames).toHaveLength(outputs.length);
	});

	test('gives every operation an action, by which it is found', () => {
		const operations = description.properties.filter((property) => property.name === 'operation');
		const options = operations.flatMap(({ options: all }) => all as INodePropertyOptions[]);
		expect(options.filter(({ action }) => !action)).toEqual([]);
	});

	test('has no two fields of one name on show at once without conditions', () => {
		const always = description.properties.filter(({ displayOptions }) => !displayOptions);
		expect(new Set(always.map((property) => property.name)).size).toBe(always.length);
	});

	test('ends no description with a full stop unless it has two sentences', () => {
		const single = flat(description.properties)
			.flatMap((property) => property.description ?? [])
			.filter((text) => !/[.!?] /.test(text) && !/[;,]$/.test(text) && text.endsWith('.'));
		expect(single).toEqual([]);
	});
});

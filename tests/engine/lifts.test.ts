import { explain } from '../../sync/limits/explain.ts';
import type { LiftableLimitId } from '../../sync/limits/table.ts';
import { told } from './refusal.ts';
import { eventually, MAP, rows, Scene, template } from './scene.ts';

type Values = Record<string, unknown>;

/** A kind of field that Brevo's integration does not support. */
interface Kind {
	readonly limit: LiftableLimitId;
	readonly field: string;
	readonly attribute: string;
	/** A value in Salesforce, if not what a formula works out, and what Brevo has to hold then. */
	readonly value?: unknown;
	readonly inBrevo: unknown;
}

const KINDS: readonly Kind[] = [
	{
		limit: 'boolean-field',
		field: 'DoNotCall',
		attribute: 'VIP',
		value: true,
		inBrevo: true,
	},
	{
		limit: 'picklist-field',
		field: 'Level__c',
		attribute: 'LEVEL',
		value: 'Secondary',
		inBrevo: 2,
	},
	{
		limit: 'picklist-field',
		field: 'Hobbies__c',
		attribute: 'INTERESTS',
		value: 'Music;Wine',
		inBrevo: ['Music', 'Wine'],
	},
	{
		limit: 'formula-field',
		field: 'Position__c',
		attribute: 'COMPANY',
		inBrevo: 'SVP, Operations (Dickenson plc)',
	},
];

const MAPPED = { EMAIL: 'Email', '@LASTNAME': 'LastName' };

describe('limits that can be lifted', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
		const { admin } = scene.sandbox.salesforce;
		admin.addField({
			object: 'Contact',
			line: 'Hobbies__c|Hobbies|multipicklist|4099|ncu|=Wine;Music;Sport',
		});
		// The sandbox works every text formula out alike: title and account.
		admin.addField({ object: 'Contact', line: 'Position__c|Position|string|1300|nf' });
	});
	afterEach(async () => {
		await scene.close();
	});

	const salesforce = () => scene.sandbox.salesforce.admin;
	const young = (): string =>
		String(
			salesforce()
				.records({ object: 'Contact' })
				.find(({ LastName }) => LastName === 'Young')?.['Id'],
		);
	const attribute = (id: string, name: string) =>
		(scene.sandbox.brevo.admin.contact({ ext_id: id })['attributes'] as Values | undefined)?.[name];
	const workflow = (pairs: Record<string, string>, options: Values = {}) =>
		template({ [MAP]: { ...rows({ ...MAPPED, ...pairs }), options: options as never } });
	const dropdown = async (method: string, options: Values) => {
		const node = workflow({}, options).nodes.find(({ name }) => name === MAP);
		if (!node) throw new Error('The template has no mapping');
		return (await scene.engine.loadOptions(node, method)).map(({ value }) => value);
	};

	it.each(KINDS)(
		'$limit: as Brevo documents, $field is not offered, and refused when named all the same',
		async ({ limit, field, attribute: name }) => {
			expect(await dropdown('getFields', {})).not.toContain(field);
			if (limit !== 'formula-field')
				expect(await dropdown('getAttributes', {})).not.toContain(name);
			const { runs } = await scene.sync(workflow({ [name]: field }));
			const { message, remedy } = explain(limit, { field, attribute: name });
			expect(told(runs[0]?.error).message).toBe(message);
			expect(told(runs[0]?.error).description).toContain(remedy);
			expect(scene.contacts()).toEqual([]);
		},
	);

	it.each(KINDS)(
		'$limit: lifted, $field is offered and its value arrives in $attribute',
		async ({ limit, field, attribute: name, value, inBrevo }) => {
			const options = { lift: [limit] };
			expect(await dropdown('getFields', options)).toContain(field);
			expect(await dropdown('getAttributes', options)).toContain(name);
			const id = young();
			if (value !== undefined)
				salesforce().update({ object: 'Contact', id, values: { [field]: value } });
			const { runs } = await scene.sync(workflow({ [name]: field }, options));
			expect(runs[0]?.error).toBeUndefined();
			expect(attribute(id, name)).toEqual(inBrevo);
		},
	);

	it.each([
		{ as: 'yes/no', name: 'VIP', yes: true, no: false },
		{ as: 'text', name: 'JOB_TITLE', yes: 'true', no: 'false' },
	])(
		'a yes that becomes a no replaces it as $as, by the path of few rows and of many',
		async ({ name, yes, no }) => {
			const { admin } = scene.sandbox.salesforce;
			admin.load({ contacts: 60 });
			const all = admin.records({ object: 'Contact' }).map(({ Id }) => String(Id));
			const set = (ids: readonly string[], DoNotCall: boolean) => {
				for (const id of ids) admin.update({ object: 'Contact', id, values: { DoNotCall } });
			};
			const lifted = workflow({ [name]: 'DoNotCall' }, { lift: ['boolean-field'] });
			set(all, true);
			await scene.sync(lifted);
			const written = all.filter((id) => attribute(id, name) === yes);
			expect(written.length).toBeGreaterThan(60);
			expect(scene.requests(/POST \/v3\/contacts\/import$/)).toBe(1);
			const [few, many] = [written.slice(0, 5), written.slice(5)];
			set(few, false);
			await scene.sync(lifted);
			expect(few.map((id) => attribute(id, name))).toEqual(few.map(() => no));
			set(many, false);
			await scene.sync(lifted);
			expect(written.filter((id) => attribute(id, name) !== no)).toEqual([]);
		},
		20_000,
	);

	it('an import of a no alone would change nothing, as is reported of Brevo', async () => {
		await scene.sync(workflow({ VIP: 'DoNotCall' }, { lift: ['boolean-field'] }));
		const id = young();
		const before = scene.sandbox.brevo.admin.contact({ ext_id: id });
		salesforce().update({ object: 'Contact', id, values: { DoNotCall: true } });
		await scene.sync(workflow({ VIP: 'DoNotCall' }, { lift: ['boolean-field'] }));
		expect(attribute(id, 'VIP')).toBe(true);
		const response = await fetch(`${scene.sandbox.origin}/v3/contacts/import`, {
			method: 'POST',
			headers: { 'api-key': scene.brevoKey, 'content-type': 'application/json' },
			body: JSON.stringify({
				fileBody: `EMAIL;VIP;CITY\n${String(before['email'])};false;Lyon\n`,
				listIds: before['listIds'],
			}),
		});
		expect(response.status).toBe(202);
		await eventually(() => attribute(id, 'CITY') === 'Lyon');
		expect(attribute(id, 'VIP')).toBe(true);
	});

	it('a choice that Brevo lacks rejects the record, or is created when that is asked for', async () => {
		const id = young();
		const values = { Level__c: 'Tertiary', Hobbies__c: 'Sport;Wine' };
		salesforce().update({ object: 'Contact', id, values });
		const pairs = { LEVEL: 'Level__c', INTERESTS: 'Hobbies__c' };
		const lift = ['picklist-field'];
		const first = await scene.sync(workflow(pairs, { lift }));
		const rejected = first.runs[0]?.json(MAP, 1).find(({ Id }) => Id === id);
		expect(rejected).toMatchObject({
			outcome: 'rejected',
			reasons: [{ limit: 'category-option' }, { limit: 'category-option' }],
		});
		salesforce().update({ object: 'Contact', id, values: { Description: 'touched' } });
		await scene.sync(workflow(pairs, { lift, createChoices: true }));
		expect(attribute(id, 'LEVEL')).toBe(3);
		expect(attribute(id, 'INTERESTS')).toEqual(['Sport', 'Wine']);
		expect(scene.requests(/PUT \/v3\/contacts\/attributes/)).toBe(2);
		salesforce().update({ object: 'Contact', id, values: { LastName: 'Elder' } });
		await scene.sync(workflow(pairs, { lift, createChoices: true }));
		expect(scene.requests(/PUT \/v3\/contacts\/attributes/)).toBe(2);
	});

	it('a choice that somebody added in Brevo meanwhile is found', async () => {
		const lift = ['picklist-field'];
		const mapping = workflow({ LEVEL: 'Level__c' }, { lift });
		await scene.sync(mapping);
		scene.sandbox.brevo.admin.addAttribute({
			name: 'LEVEL',
			category: 'category',
			enumeration: [{ value: 3, label: 'Tertiary', valueStr: '3' }],
		});
		const id = young();
		salesforce().update({ object: 'Contact', id, values: { Level__c: 'Tertiary' } });
		await scene.sync(mapping);
		expect(attribute(id, 'LEVEL')).toBe(3);
	});

	it('bulk-email-edit: lifted, addresses that were changed in bulk arrive', async () => {
		const lifted = workflow({}, { lift: ['bulk-email-edit'] });
		await scene.sync(lifted);
		const two = scene
			.contacts()
			.slice(0, 2)
			.map((contact) => contact['ext_id'] as string);
		for (const id of two) {
			const values = { Email: `${id}@example.com` };
			salesforce().update({ object: 'Contact', id, values });
		}
		await scene.sync(lifted);
		for (const id of two) {
			const contact = scene.sandbox.brevo.admin.contact({ ext_id: id });
			expect(contact['email']).toBe(`${id.toLowerCase()}@example.com`);
		}
	});
});

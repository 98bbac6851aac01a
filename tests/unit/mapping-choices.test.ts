import type { BrevoClient } from '../../sync/brevo/client.ts';
import { addChoices } from '../../sync/brevo/choices.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { missingChoices } from '../../sync/mapping/missing-choices.ts';
import type { Refusal } from '../../sync/mapping/refusal.ts';
import { world } from './brevo-script.ts';

const LEVEL: BrevoAttribute = {
	name: 'LEVEL',
	category: 'category',
	enumeration: [
		{ value: 1, label: 'Primary', valueStr: '1' },
		{ value: 2, label: 'Secondary', valueStr: '2' },
	],
};
const INTERESTS: BrevoAttribute = {
	name: 'INTERESTS',
	category: 'normal',
	type: 'multiple-choice',
	multiCategoryOptions: ['Wine', 'Music'],
};

describe('the choices that are missing', () => {
	const FIELDS: SalesforceField[] = [
		{ name: 'Level__c', label: 'Level', type: 'picklist' },
		{ name: 'Hobbies__c', label: 'Hobbies', type: 'multipicklist' },
		{ name: 'Department', label: 'Department', type: 'string' },
	];
	const lacks = (field: string, attribute: string): Refusal => ({
		limit: 'category-option',
		field,
		attribute,
	});
	const missing = (
		...records: Array<{ record: Record<string, unknown>; reasons: readonly Refusal[] }>
	) =>
		Object.fromEntries(
			[...missingChoices(records, FIELDS, [LEVEL, INTERESTS])].map(([name, choices]) => [
				name,
				[...choices],
			]),
		);

	test('are those of all records, each once, in the first spelling', () => {
		const level = [lacks('Level__c', 'LEVEL')];
		const hobbies = [lacks('Hobbies__c', 'INTERESTS')];
		expect(
			missing(
				{ record: { Level__c: 'Tertiary' }, reasons: level },
				{ record: { Level__c: 'TERTIARY' }, reasons: level },
				{ record: { Hobbies__c: 'wine;Sport' }, reasons: hobbies },
				{ record: { Hobbies__c: 'Sport;Chess' }, reasons: hobbies },
			),
		).toEqual({ LEVEL: ['Tertiary'], INTERESTS: ['Sport', 'Chess'] });
	});

	test('are none of a record that would be rejected all the same', () => {
		const reasons: Refusal[] = [
			lacks('Level__c', 'LEVEL'),
			{ limit: 'phone-digits', field: 'Phone' },
		];
		expect(missing({ record: { Level__c: 'Tertiary' }, reasons })).toEqual({});
	});

	test('are nothing that somebody typed into a free text', () => {
		const reasons = [lacks('Department', 'LEVEL')];
		expect(missing({ record: { Department: 'call Bob' }, reasons })).toEqual({});
	});

	test('are none that are longer than Brevo takes', () => {
		const reasons = [lacks('Level__c', 'LEVEL')];
		expect(missing({ record: { Level__c: 'x'.repeat(201) }, reasons })).toEqual({});
		const longest = 'x'.repeat(200);
		expect(missing({ record: { Level__c: longest }, reasons })).toEqual({ LEVEL: [longest] });
	});
});

describe('adding choices', () => {
	/** An account that keeps what was written last, as Brevo does. */
	function account(...given: BrevoAttribute[]) {
		const attributes = new Map(given.map((attribute) => [attribute.name, attribute]));
		const puts: string[] = [];
		const open = (refuses?: string) =>
			world(({ method, url, body = '{}' }) => {
				if (method === 'GET')
					return { status: 200, body: JSON.stringify({ attributes: [...attributes.values()] }) };
				const name = url.slice(url.lastIndexOf('/') + 1);
				puts.push(name);
				if (name === refuses)
					return { status: 400, body: '{"code":"invalid_parameter","message":"Too many options"}' };
				const { enumeration, ...rest } = JSON.parse(body) as Partial<BrevoAttribute>;
				attributes.set(name, {
					...(attributes.get(name) as BrevoAttribute),
					...rest,
					...(enumeration && {
						enumeration: enumeration.map((option) => ({
							...option,
							valueStr: String(option.value),
						})),
					}),
				});
				return { status: 204, body: '' };
			});
		return { open, puts, now: (name: string) => attributes.get(name) };
	}
	const wanted = (choices: Record<string, string[]>) =>
		new Map(Object.entries(choices).map(([name, list]) => [name, new Set(list)]));

	test('keeps the ones that are there and takes one call an attribute', async () => {
		const { open, puts, now } = account(LEVEL, INTERESTS);
		const { attributes, refused } = await addChoices(
			open().client,
			wanted({ LEVEL: ['Tertiary', 'Adult'], INTERESTS: ['Sport'] }),
		);
		expect(now('LEVEL')?.enumeration).toEqual([
			...(LEVEL.enumeration ?? []),
			{ value: 3, label: 'Tertiary', valueStr: '3' },
			{ value: 4, label: 'Adult', valueStr: '4' },
		]);
		expect(now('INTERESTS')?.multiCategoryOptions).toEqual(['Wine', 'Music', 'Sport']);
		expect(attributes).toEqual([now('LEVEL'), now('INTERESTS')]);
		expect(puts).toEqual(['LEVEL', 'INTERESTS']);
		expect(refused).toEqual([]);
	});

	test('writes nothing that somebody else has added meanwhile', async () => {
		const { open, puts } = account(LEVEL);
		await addChoices(open().client, wanted({ LEVEL: ['secondary'] }));
		expect(puts).toEqual([]);
	});

	test('by several processes at once loses none, and all see the same numbers', async () => {
		const { open, now } = account(LEVEL, INTERESTS);
		const names = ['A', 'B', 'C', 'D'];
		const seen = await Promise.all(
			names.map((name) => addChoices(open().client, wanted({ LEVEL: [name], INTERESTS: [name] }))),
		);
		const labels = now('LEVEL')?.enumeration?.map(({ label }) => label) ?? [];
		expect(labels.slice(2).sort()).toEqual(names);
		expect(now('INTERESTS')?.multiCategoryOptions?.slice(2).sort()).toEqual(names);
		const numberOf = (attributes: readonly BrevoAttribute[] | undefined, name: string) =>
			attributes?.[0]?.enumeration?.find(({ label }) => label === name)?.value;
		for (const [index, name] of names.entries()) {
			expect(seen[index]?.refused).toEqual([]);
			expect(numberOf(seen[index]?.attributes, name)).toBe(
				now('LEVEL')?.enumeration?.find(({ label }) => label === name)?.value,
			);
		}
	});

	test('waits for a slow process that has read before our write, so that ours is not lost after', async () => {
		const { open, now } = account(LEVEL);
		const turns = async (count: number) => {
			for (let turn = 0; turn < count; turn += 1)
				await new Promise((resolve) => setImmediate(resolve));
		};
		/** Its writes arrive late, though well within the time that everybody waits. */
		const process = (delay: number): BrevoClient => {
			const { client } = open();
			return {
				...client,
				host: { ...client.host, sleep: async () => await turns(50) },
				request: async (route, input) => {
					if (route.startsWith('PUT')) await turns(delay);
					return await client.request(route, input);
				},
			};
		};
		const [fast] = await Promise.all([
			addChoices(process(0), wanted({ LEVEL: ['Fast'] })),
			addChoices(process(10), wanted({ LEVEL: ['Slow'] })),
		]);
		const valueIn = (attribute: BrevoAttribute | undefined) =>
			attribute?.enumeration?.find(({ label }) => label === 'Fast')?.value;
		expect(valueIn(now('LEVEL'))).toBeDefined();
		expect(valueIn(fast.attributes[0])).toBe(valueIn(now('LEVEL')));
	});

	test('refused by Brevo for one attribute goes on with the others', async () => {
		const { open, puts, now } = account(LEVEL, INTERESTS);
		const { refused } = await addChoices(
			open('LEVEL').client,
			wanted({ LEVEL: ['Tertiary'], INTERESTS: ['Sport'] }),
		);
		expect(refused).toEqual(['LEVEL']);
		expect(puts).toEqual(['LEVEL', 'INTERESTS']);
		expect(now('INTERESTS')?.multiCategoryOptions).toContain('Sport');
	});

	test('leaves an attribute alone whose choices are no numbers, because an update would change them', async () => {
		const words: BrevoAttribute = {
			...LEVEL,
			enumeration: [{ value: 0, label: 'Primary', valueStr: 'p' }],
		};
		const { open, puts, now } = account(words);
		const { refused } = await addChoices(open().client, wanted({ LEVEL: ['Tertiary'] }));
		expect(refused).toEqual(['LEVEL']);
		expect(puts).toEqual([]);
		expect(now('LEVEL')).toEqual(words);
	});
});

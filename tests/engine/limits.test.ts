import { HELP_PAGE_LIMITS } from '../../sync/limits/help-page.ts';
import { explain } from '../../sync/limits/explain.ts';
import { ALERTS, eventually, GUARD, MAP, rows, Scene, template, TRIGGER } from './scene.ts';
import { Person } from './person.ts';
import { refusal, told } from './refusal.ts';

type Values = Record<string, unknown>;
type HelpPageId = keyof typeof HELP_PAGE_LIMITS;

/** Of the way back: way-back-limits.test.ts. */
type WayBack =
	'born-in-brevo' | 'last-name-or-company-empty' | 'lead-first-name' | 'contact-with-case';
type WayThere = Exclude<HelpPageId, WayBack>;

const MAPPED = { EMAIL: 'Email', '@LASTNAME': 'LastName', SMS: 'MobilePhone' };
const mapping = (pairs: Record<string, string>, options: Values = {}) =>
	template({ [MAP]: { ...rows(pairs), defaultCountry: 'US', options: options as never } });
const limited = (monthlyLimit: number) => template({ [GUARD]: { monthlyLimit } });

/** A field of a kind that is not offered, refused when named all the same, and works when lifted. */
const liftable = (limit: HelpPageId, field: string, attribute: string) => async (scene: Scene) => {
	scene.sandbox.salesforce.admin.addField({
		object: 'Contact',
		line: 'Position__c|Position|string|1300|nf',
	});
	const person = new Person(scene);
	const pairs = { ...MAPPED, [attribute]: field };
	const offered = async (options: Values) => {
		const node = mapping(pairs, options).nodes.find(({ name }) => name === MAP);
		if (!node) throw new Error('The template has no mapping');
		return (await scene.engine.loadOptions(node, 'getFields')).map(({ value }) => value);
	};
	expect(await offered({})).not.toContain(field);
	const { runs } = await scene.sync(mapping(pairs));
	expect(told(runs[0]?.error).description).toContain(explain(limit, {}).remedy);
	expect(scene.contacts()).toEqual([]);
	const options = { lift: [limit] };
	expect(await offered(options)).toContain(field);
	await scene.sync(mapping(pairs, options));
	expect(person.attribute(attribute)).toBeDefined();
};

const CHECKS: Record<WayThere, (scene: Scene) => Promise<void>> = {
	'consent-missing': async (scene) => {
		const { message } = await refusal(scene.publish(template({ [TRIGGER]: { consent: false } })));
		const { message: happened, remedy } = explain('consent-missing');
		expect(message).toBe(`${happened} ${remedy}`);
	},

	'unmapped-field': async (scene) => {
		await scene.sync();
		scene.sandbox.log.reset();
		new Person(scene).edit({ Description: 'Met at the fair' });
		await scene.sync();
		expect(scene.requests(/(POST|PUT) \/v3\/contacts/)).toBe(0);
		expect(await scene.activity()).toMatchObject({ unchanged: 1, tasks: 16 });
	},

	'email-or-sms-mapped': async (scene) => {
		const { runs } = await scene.sync(mapping({ '@LASTNAME': 'LastName' }));
		expect(told(runs[0]?.error).message).toBe(explain('email-or-sms-mapped').message);
		expect(scene.contacts()).toEqual([]);
	},

	draft: async (scene) => {
		await scene.engine.run(template(), { start: TRIGGER, mode: 'manual' });
		await scene.withLedger(async ({ integrations, pages }) => {
			expect(await integrations.list()).toEqual([]);
			expect(await pages.cursor('Salesforce contacts')).toBeUndefined();
		});
	},

	'quota-exhausted': async (scene) => {
		const { runs } = await scene.sync(limited(10));
		expect(scene.contacts()).toHaveLength(10);
		const held = runs[0]?.json(GUARD, 1) ?? [];
		expect(held).toHaveLength(6);
		const { message, remedy } = explain('quota-exhausted', { number: 10 });
		expect(held[0]).toMatchObject({ limit: 'quota-exhausted', reason: message, remedy });
	},

	'quota-warning': async (scene) => {
		const { runs } = await scene.sync(limited(20));
		expect(runs[0]?.json(ALERTS).map(({ notice }) => notice)).toEqual(['warning']);
		new Person(scene).edit({ LastName: 'Later' });
		const next = await scene.sync(limited(20));
		expect(next.runs[0]?.json(GUARD, 2)).toEqual([]);
	},

	'quota-paused': async (scene) => {
		const { runs } = await scene.sync(limited(16));
		expect(runs[0]?.json(ALERTS).map(({ notice }) => notice)).toContain('exhausted');
		const person = new Person(scene);
		person.edit({ LastName: 'Later' });
		await scene.sync(limited(16));
		expect(person.attribute('LASTNAME')).toBe('Young');
		await scene.syncUntil(() => person.attribute('LASTNAME') === 'Later', limited(100));
	},

	'bulk-email-edit': async (scene) => {
		const lifted = mapping(MAPPED, { lift: ['bulk-email-edit'] });
		await scene.sync();
		const two = scene
			.contacts()
			.slice(0, 2)
			.map((contact) => contact['ext_id'] as string);
		const addresses = () =>
			two.map((id) => scene.sandbox.brevo.admin.contact({ ext_id: id })['email']);
		const editBoth = async (domain: string) => {
			await eventually(() => new Date().getMilliseconds() < 500);
			for (const id of two) {
				const values = { Email: `${id}@${domain}` };
				scene.sandbox.salesforce.admin.update({ object: 'Contact', id, values });
			}
		};
		const before = addresses();
		await editBoth('documented.example');
		await scene.sync();
		expect(addresses()).toEqual(before);
		await editBoth('lifted.example');
		await scene.sync(lifted);
		expect(addresses()).toEqual(two.map((id) => `${id.toLowerCase()}@lifted.example`));
	},

	'date-format': async (scene) => {
		const dated = mapping({ ...MAPPED, BIRTHDAY: 'Department' });
		const person = new Person(scene);
		person.edit({ Department: '25.09.1990' });
		await scene.sync(dated);
		expect(await scene.rejections()).toMatchObject({ 'date-format': expect.any(Number) });
		expect(person.inBrevo['found']).toBe(false);
		person.edit({ Department: '1990-09-25' });
		await scene.sync(dated);
		expect(person.attribute('BIRTHDAY')).toBe('1990-09-25');
	},

	'formula-field': liftable('formula-field', 'Position__c', 'JOB_TITLE'),
	'boolean-field': liftable('boolean-field', 'DoNotCall', 'VIP'),
	'picklist-field': liftable('picklist-field', 'LeadSource', 'CITY'),

	'email-emptied': async (scene) => {
		await scene.sync();
		const person = new Person(scene);
		const before = person.inBrevo;
		person.edit({ Email: null });
		await scene.sync();
		person.edit({ LastName: 'Later' });
		await scene.sync();
		expect(person.inBrevo).toEqual(before);
	},

	'phone-cleared': async (scene) => {
		const person = new Person(scene);
		person.edit({ MobilePhone: '+1 212 555 2368' });
		await scene.sync();
		expect(person.attribute('SMS')).toBe('12125552368');
		person.edit({ MobilePhone: null });
		await scene.sync();
		expect(person.attribute('SMS')).toBe('12125552368');
		expect(await scene.activity()).toMatchObject({ unchanged: 1, tasks: 16 });
	},

	'connections-per-org': async (scene) => {
		const named = (number: number) => ({
			...template({ [TRIGGER]: { integration: `Sync ${number}`, start: 'now' } }),
			id: `workflow-${number}`,
		});
		for (const number of [1, 2, 3, 4, 5]) {
			const active = await scene.publish(named(number));
			await eventually(async () => (await scene.watermark(`Sync ${number}`)) !== undefined);
			expect(active.failed).toEqual([]);
		}
		const { message } = await refusal(scene.publish(named(6)));
		expect(message).toContain('Sync 1, Sync 2, Sync 3, Sync 4, Sync 5');
	},

	'phone-digits': async (scene) => {
		const person = new Person(scene);
		person.edit({ MobilePhone: '+1 234' });
		await scene.sync();
		expect(await scene.rejections()).toMatchObject({ 'phone-digits': 1 });
		expect(person.inBrevo['found']).toBe(false);
		person.edit({ MobilePhone: '+1 212 555 2368' });
		await scene.sync();
		expect(person.inBrevo['found']).toBe(true);
	},
};

describe('as the help page says', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const checks = Object.entries(CHECKS).map(([id, check]) => ({
		id,
		sentence: HELP_PAGE_LIMITS[id as WayThere].sentence,
		check,
	}));
	it.each(checks)('$sentence ($id)', async ({ check }) => await check(scene));
});

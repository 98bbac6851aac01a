import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Integration, Ledger } from '../../sync/ledger/ledger.ts';
import { backStreamOf } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { ALL_LIFTED } from '../../sync/limits/lifts.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { CONFLICT_RULES } from '../../sync/merge.ts';
import { type Profile, profileOf, saveProfile } from '../../sync/profile.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');

const email: SalesforceField = { name: 'Email', label: 'Email', type: 'email', length: 80 };
const title: SalesforceField = { name: 'Title', label: 'Title', type: 'string', length: 128 };
const account: SalesforceField = { name: 'Account.Name', label: 'Account Name', type: 'string' };
const rating: SalesforceField = {
	name: 'Rating__c',
	label: 'Rating',
	type: 'picklist',
	picklistValues: [{ value: 'Hot', label: null, active: true }],
};
const job: BrevoAttribute = { name: 'JOB', category: 'normal', type: 'text' };
const company: BrevoAttribute = { name: 'COMPANY', category: 'normal', type: 'text' };
const heat: BrevoAttribute = {
	name: 'HEAT',
	category: 'category',
	enumeration: [{ value: 0, label: 'Hot', valueStr: 'H' }],
};

const PROFILE: Profile = {
	object: 'Contact',
	rows: [
		{ attribute: 'EMAIL', field: 'Email' },
		{ attribute: 'JOB', field: 'Title', rule: 'newest' },
	],
	fields: [email, title],
	attributes: [job],
	options: { defaultCountry: 'FR', zone: 'Europe/Paris', lifts: new Set(['formula-field']) },
	optOuts: true,
};

describe('the mapping that the ledger remembers for the way back', () => {
	let folder: string;
	let ledger: Ledger;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'profile-'));
		ledger = await openLedger(
			{ kind: 'file', path: join(folder, 'l.sqlite') },
			{ clock: { now: () => NOW } },
		);
		for (const name of ['test', 'other']) {
			const base = { object: 'Contact', salesforceOrg: '00D', workflow: name, consentAt: NOW };
			await ledger.integrations.activate({ ...base, name, object: 'Contact' });
		}
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	const integration = async (name = 'test'): Promise<Integration> => {
		const found = await ledger.integrations.get(name);
		if (!found) throw new Error(`There is no integration ${name}`);
		return found;
	};
	const saved = async (name?: string): Promise<Profile | undefined> =>
		profileOf(await integration(name));

	test('is nothing before Map Contact Fields has run', async () => {
		expect(await saved()).toBeUndefined();
	});

	test('comes back as it was, limits that are lifted and rules included', async () => {
		await saveProfile(ledger, 'test', PROFILE);
		expect(await saved()).toEqual(PROFILE);
		expect((await saved())?.options.lifts?.has('formula-field')).toBe(true);
		expect((await saved())?.options.lifts?.has('picklist-field')).toBe(false);
	});

	test('survives a restart', async () => {
		await saveProfile(ledger, 'test', PROFILE);
		await ledger.close();
		ledger = await openLedger(
			{ kind: 'file', path: join(folder, 'l.sqlite') },
			{ clock: { now: () => NOW } },
		);
		expect(await saved()).toEqual(PROFILE);
	});

	test('an integration that runs again keeps it', async () => {
		await saveProfile(ledger, 'test', PROFILE);
		await ledger.integrations.deactivate('test');
		await ledger.integrations.activate({
			name: 'test',
			object: 'Contact',
			salesforceOrg: '00D',
			workflow: 'test',
			consentAt: NOW,
		});
		expect(await saved()).toEqual(PROFILE);
	});

	test('keeps of the fields and attributes those of the rows alone', async () => {
		const all = { fields: [email, rating, title, account], attributes: [heat, job, company] };
		await saveProfile(ledger, 'test', { ...PROFILE, ...all });
		expect(await saved()).toEqual(PROFILE);
		expect((await integration()).profile).not.toContain('Rating__c');
	});

	test('finds the fields of parent records and the options of choices again', async () => {
		const rows = [
			{ attribute: 'EMAIL', field: 'Email' },
			{ attribute: 'COMPANY', field: 'Account.Name' },
			{ attribute: 'HEAT', field: 'Rating__c' },
		];
		const all = { fields: [email, account, rating], attributes: [company, heat] };
		await saveProfile(ledger, 'test', { ...PROFILE, ...all, rows });
		expect(await saved()).toEqual({ ...PROFILE, ...all, rows });
	});

	test('belongs to one integration; a stream back may have one of its own', async () => {
		const stream = backStreamOf('test');
		await ledger.integrations.activate({
			name: stream,
			object: 'Contact',
			salesforceOrg: '00D',
			workflow: 'back',
			consentAt: NOW,
			backOf: 'test',
		});
		const narrow = { ...PROFILE, optOuts: false };
		await saveProfile(ledger, stream, narrow);
		expect(await saved()).toBeUndefined();
		expect(await saved('other')).toBeUndefined();
		await saveProfile(ledger, 'test', PROFILE);
		expect(await saved(stream)).toEqual(narrow);
	});

	test('a mapping without an integration, as in a test run, is kept nowhere', async () => {
		await saveProfile(ledger, 'unknown', PROFILE);
		expect(await ledger.integrations.get('unknown')).toBeUndefined();
		expect(await saved()).toBeUndefined();
	});

	describe('is written', () => {
		let written: string[];
		let watched: Ledger;
		beforeEach(() => {
			written = [];
			const integrations = new Proxy(ledger.integrations, {
				get: (store, name: keyof Ledger['integrations']) =>
					name === 'saveProfile'
						? async (...[of, json]: Parameters<typeof store.saveProfile>) => {
								written.push(of);
								await store.saveProfile(of, json);
							}
						: store[name].bind(store),
			});
			watched = { ...ledger, integrations, hash: (text) => ledger.hash(text) };
		});

		test('once, however many pages are mapped', async () => {
			for (let page = 0; page < 3; page += 1) await saveProfile(watched, 'test', PROFILE);
			expect(written).toEqual(['test']);
		});

		test('not anew when only a field that is not mapped has changed', async () => {
			await saveProfile(watched, 'test', PROFILE);
			await saveProfile(watched, 'test', { ...PROFILE, fields: [email, title, rating] });
			expect(written).toEqual(['test']);
		});

		const changes: ReadonlyArray<readonly [string, Partial<Profile>]> = [
			['a row', { rows: [...PROFILE.rows, { attribute: 'SMS', field: 'Title' }] }],
			[
				'the rule of a row',
				{ rows: PROFILE.rows.map((row) => ({ ...row, rule: 'brevo' as const })) },
			],
			['the length of a field', { fields: [email, { ...title, length: 40 }] }],
			['the type of an attribute', { attributes: [{ ...job, type: 'float' }] }],
			['the country', { options: { ...PROFILE.options, defaultCountry: 'DE' } }],
			['a limit that is lifted', { options: { ...PROFILE.options, lifts: new Set() } }],
			['opt-outs', { optOuts: false }],
		];
		test.each(changes)('when it is another: %s', async (_, change) => {
			await saveProfile(watched, 'test', PROFILE);
			await saveProfile(watched, 'test', { ...PROFILE, ...change });
			expect(written).toEqual(['test', 'test']);
			expect(await saved()).toEqual({ ...PROFILE, ...change });
		});
	});
});

describe('a stored profile', () => {
	const stored = (profile: unknown): Integration => ({
		name: 'test',
		object: 'Contact',
		salesforceOrg: '00D',
		workflow: 'w',
		consentAt: NOW,
		state: 'active',
		failedRuns: 0,
		profile: JSON.stringify(profile),
	});

	test('with a limit that can no longer be lifted is read without it', () => {
		const options = { lifts: ['formula-field', 'a-limit-of-old', 'constructor'] };
		const profile = profileOf(stored({ ...PROFILE, options }));
		expect(profile?.options.lifts).toEqual(new Set(['formula-field']));
	});

	test('whatever is mapped, it is the same after it was stored', async () => {
		const name = fc.string({ minLength: 1, maxLength: 8 });
		const row = fc
			.tuple(name, name, fc.option(fc.constantFrom(...CONFLICT_RULES), { nil: undefined }))
			.map(([attribute, field, rule]) => ({ attribute, field, ...(rule && { rule }) }));
		const lifts = fc.subarray([...ALL_LIFTED]).map((some) => new Set(some));
		await fc.assert(
			fc.asyncProperty(
				fc.array(row, { maxLength: 5 }),
				lifts,
				fc.boolean(),
				fc.constantFrom('Contact' as const, 'Lead' as const),
				async (rows, lifted, optOuts, object) => {
					const profile: Profile = {
						object,
						rows,
						fields: rows.map(({ field }) => ({ name: field, label: field, type: 'string' })),
						attributes: rows.map(({ attribute }) => ({ name: attribute, category: 'normal' })),
						options: { lifts: lifted },
						optOuts,
					};
					let json = '';
					const integrations = {
						get: async () => await Promise.resolve({ ...stored(undefined), profile: undefined }),
						saveProfile: async (_: string, text: string) => {
							json = text;
							await Promise.resolve();
						},
					};
					await saveProfile({ integrations } as unknown as Ledger, 'test', profile);
					expect(profileOf({ ...stored(undefined), profile: json })).toEqual(profile);
				},
			),
		);
	});
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { type Difference, DIFFERENCE_KINDS } from '../../sync/reconcile/differences.ts';
import { ALL, Field, newWorld } from './field.ts';

const RUNS = 200;
/** The same plants each time, so that a build means something; SEED and RUNS draw others. */
const SEED = 20_261_126;
const MOST_ROUNDS = 60;

/** A contact as this test looks at it. */
interface Seen {
	email: string;
	first: string;
	last: string;
	phone: string;
	listed: boolean;
	blocked: boolean;
}

interface Plant {
	/** What the report calls it; absent when it is no difference. */
	readonly kind?: Difference;
	/** Does it, and says what is to be in Brevo in the end; undefined for no contact. */
	readonly plant: (field: Field, id: string, before: Seen) => Promise<Seen | undefined>;
}

const SALESFORCE = (field: Field) => field.world.salesforce.admin;
const contact = (id: string) => ({ object: 'Contact', id });

/** One thing that happens to one record while nobody looks. */
const PLANTS: Readonly<Record<string, Plant>> = {
	nothing: { plant: async (_, __, before) => before },
	'deleted in Brevo': {
		kind: 'missing',
		plant: async (field, id, before) => {
			field.editInBrevo(id, { delete: true });
			return before;
		},
	},
	'value changed in Brevo': {
		kind: 'stale',
		plant: async (field, id, before) => {
			field.editInBrevo(id, { attributes: { LASTNAME: 'Changed' } });
			return before;
		},
	},
	'address changed in Brevo': {
		kind: 'stale',
		plant: async (field, id, before) => {
			field.editInBrevo(id, { newEmail: `changed-${before.email}` });
			return before;
		},
	},
	'values emptied in Brevo': {
		kind: 'stale',
		plant: async (field, id, before) => {
			field.editInBrevo(id, { attributes: { FIRSTNAME: '', SMS: '' } });
			return before;
		},
	},
	'changed in Salesforce': {
		kind: 'stale',
		plant: async (field, id, before) => {
			field.edit(id, { FirstName: 'Newer' });
			return { ...before, first: 'Newer' };
		},
	},
	'changed on both sides': {
		kind: 'stale',
		plant: async (field, id, before) => {
			field.edit(id, { FirstName: 'Newer' });
			field.editInBrevo(id, { attributes: { FIRSTNAME: 'Older', LASTNAME: 'Other' } });
			return { ...before, first: 'Newer' };
		},
	},
	'changed to the same on both sides': {
		plant: async (field, id, before) => {
			field.edit(id, { FirstName: 'Same' });
			field.editInBrevo(id, { attributes: { FIRSTNAME: 'Same' } });
			return { ...before, first: 'Same' };
		},
	},
	'emptied in Salesforce': {
		kind: 'stale',
		plant: async (field, id, before) => {
			field.edit(id, { FirstName: null });
			return { ...before, first: '' };
		},
	},
	'phone emptied in Salesforce': {
		plant: async (field, id, before) => {
			field.edit(id, { MobilePhone: null });
			return before;
		},
	},
	'opted out in Salesforce': {
		kind: 'optOut',
		plant: async (field, id, before) => {
			field.edit(id, { HasOptedOutOfEmail: true });
			return { ...before, blocked: true };
		},
	},
	'opted out in Brevo': {
		plant: async (field, id, before) => {
			field.editInBrevo(id, { emailBlacklisted: true });
			return { ...before, blocked: true };
		},
	},
	'opted out in Brevo, and stale': {
		kind: 'stale',
		plant: async (field, id, before) => {
			field.editInBrevo(id, { emailBlacklisted: true, attributes: { LASTNAME: 'Changed' } });
			return { ...before, blocked: true };
		},
	},
	'out of the list': {
		kind: 'unlisted',
		plant: async (field, id, before) => {
			await field.outOfTheList(id);
			return before;
		},
	},
	'out of the list, and stale': {
		kind: 'stale',
		plant: async (field, id, before) => {
			await field.outOfTheList(id);
			field.editInBrevo(id, { attributes: { LASTNAME: 'Changed' } });
			return before;
		},
	},
	'deleted in Salesforce': {
		kind: 'deleted',
		plant: async (field, id, before) => {
			SALESFORCE(field).delete(contact(id));
			return { ...before, listed: false };
		},
	},
	'deleted for good in Salesforce': {
		kind: 'deleted',
		plant: async (field, id, before) => {
			SALESFORCE(field).hardDelete(contact(id));
			return { ...before, listed: false };
		},
	},
	'deleted on both sides': {
		plant: async (field, id) => {
			SALESFORCE(field).delete(contact(id));
			field.editInBrevo(id, { delete: true });
			return undefined;
		},
	},
	'no longer shared': {
		kind: 'vanished',
		plant: async (field, id, before) => {
			SALESFORCE(field).share({ ...contact(id), shared: false });
			return before;
		},
	},
	'no longer shared, and changed in Brevo': {
		kind: 'vanished',
		plant: async (field, id, before) => {
			SALESFORCE(field).share({ ...contact(id), shared: false });
			field.editInBrevo(id, { attributes: { LASTNAME: 'Changed' } });
			return { ...before, last: 'Changed' };
		},
	},
	'rejected and changed in Brevo': {
		plant: async (field, id, before) => {
			const { ledger, integration } = field.world;
			const outcome = { integration, recordId: id, outcome: 'rejected' as const };
			await ledger.pages.record([{ ...outcome, limit: 'brevo-refused' }]);
			field.editInBrevo(id, { attributes: { LASTNAME: 'Changed' } });
			return { ...before, last: 'Changed' };
		},
	},
};

const planting = fc.record({
	plants: fc.array(fc.constantFrom(...Object.keys(PLANTS)), { minLength: 1, maxLength: 14 }),
	/** Contacts that are made in Salesforce meanwhile. */
	newcomers: fc.nat(3),
	bornInBrevo: fc.nat(2),
	budget: fc.integer({ min: 1, max: 20 }),
});

describe('random planted differences', () => {
	let folder: string;
	let ledger: Ledger;
	let now = (): number => Date.now();
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'reconcile-'));
		const clock = { now: () => now() };
		ledger = await openLedger({ kind: 'file', path: join(folder, 'ledger.db') }, { clock });
	});
	afterAll(async () => {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	});

	test('are all found and repaired within the budget, and nothing else changes', async () => {
		const property = fc.asyncProperty(planting, async (drawn) => {
			const world = newWorld(ledger, { pageSize: 3 });
			now = () => world.clock.now();
			await settles(new Field(await world.open()), drawn);
		});
		await fc.assert(property, {
			numRuns: Number(process.env['RUNS'] ?? RUNS),
			seed: Number(process.env['SEED'] ?? SEED),
		});
	}, 300_000);

	test('the ledger holds no value of any contact', () => {
		const bytes = readdirSync(folder)
			.map((file) => readFileSync(join(folder, file)).toString('latin1'))
			.join('\n');
		expect(bytes).not.toMatch(/@example\.com|Newer|Changed|First0|3361000/);
	});
});

async function settles(
	field: Field,
	{
		plants,
		newcomers,
		bornInBrevo,
		budget,
	}: typeof planting extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
	const { world } = field;
	const ids = field.people(plants.length + 1);
	await field.carry();
	await field.missed();
	const wanted = new Map<string, Seen | undefined>();
	const counts = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0]));
	for (const [index, id] of ids.entries()) {
		// The last one is left alone: where all is gone, nothing is believed.
		const { kind, plant } = PLANTS[plants[index] ?? 'nothing'] ?? PLANTS['nothing'] ?? never();
		wanted.set(id, await plant(field, id, seen(field, id) ?? never()));
		if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
	}
	for (let n = 0; n < newcomers; n += 1) {
		const values = { FirstName: 'New', LastName: `Comer${n}`, Email: `comer${n}@example.com` };
		const come = { email: `comer${n}@example.com`, first: 'New', last: `Comer${n}`, phone: '' };
		wanted.set(field.create(values), { ...come, listed: true, blocked: false });
	}
	counts['missing'] = (counts['missing'] ?? 0) + newcomers;
	for (let n = 0; n < bornInBrevo; n += 1) world.bornInBrevo(`born${n}@example.com`);
	const born = bornContacts(field);
	await field.missed();

	const found = await world.reconcile();
	expect(found.differences).toEqual(counts);
	const tasks = await world.tasks();
	for (let rounds = 0; ; rounds += 1) {
		expect(rounds).toBeLessThan(MOST_ROUNDS);
		const before = await world.tasks();
		const { repair } = await world.reconcile({ ...ALL, budget });
		await field.carry();
		expect((await world.tasks()) - before).toBeLessThanOrEqual(budget);
		if (repair?.handedOver === 0) break;
	}
	expect((await world.tasks()) - tasks).toBe(found.total - found.differences.vanished);
	for (const [id, state] of wanted) expect([id, seen(field, id)]).toEqual([id, state]);
	expect(bornContacts(field)).toEqual(born);
	const after = await world.reconcile();
	expect(after.total).toBe(found.differences.vanished);
}

function never(): never {
	throw new Error('Never');
}

function seen(field: Field, id: string): Seen | undefined {
	const found = field.inBrevo(id) as {
		found: boolean;
		email?: string;
		emailBlacklisted?: boolean;
		attributes?: Record<string, string>;
	};
	if (!found.found) return undefined;
	const { FIRSTNAME = '', LASTNAME = '', SMS = '' } = found.attributes ?? {};
	return {
		...{ email: found.email ?? '', first: FIRSTNAME, last: LASTNAME, phone: SMS },
		...{ listed: field.isListed(id), blocked: found.emailBlacklisted === true },
	};
}

const bornContacts = (field: Field): unknown[] =>
	field.world.brevo.admin.contacts({}).filter(({ ext_id: extId }) => extId === undefined);

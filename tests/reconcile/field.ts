import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stampOfMs } from '../../sync/changes/soql.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import type { Mapping } from '../../sync/mapping/pairs.ts';
import type { RepairRule } from '../../sync/reconcile/repair.ts';
import { World, type WorldOptions } from '../both-ways/world.ts';

export const MAPPING: Mapping = [
	{ attribute: 'EMAIL', field: 'Email' },
	{ attribute: 'FIRSTNAME', field: 'FirstName' },
	{ attribute: 'LASTNAME', field: 'LastName' },
	{ attribute: 'SMS', field: 'MobilePhone' },
];

/** Repairs all, asks nobody. */
export const ALL: RepairRule = {
	budget: 1_000_000,
	vanished: 'leave',
	brake: { number: 1_000_000, share: 1 },
};

const PAST_EVERY_OVERLAP_MS = 20 * 60_000;

/** What the tests of reconciliation do in a world, and one ledger for all of them. */
export class Field {
	readonly world: World;

	constructor(world: World) {
		this.world = world;
	}

	/** A contact of Salesforce. */
	create(values: Record<string, unknown>): string {
		const { salesforce } = this.world;
		return (salesforce.admin.create({ object: 'Contact', values }) as { id: string }).id;
	}

	/** So many contacts, `person0@example.com` and so on. */
	people(count: number): string[] {
		return Array.from({ length: count }, (_, n) =>
			this.create({
				FirstName: `First${n}`,
				LastName: `Last${n}`,
				Email: `person${n}@example.com`,
				MobilePhone: `+336${String(10_000_000 + n)}`,
			}),
		);
	}

	edit(id: string, values: Record<string, unknown>): void {
		this.world.salesforce.admin.update({ object: 'Contact', id, values });
	}

	/** The trigger never hears of what happened until now. */
	async missed(): Promise<void> {
		const { ledger, integration, clock } = this.world;
		clock.advance(PAST_EVERY_OVERLAP_MS);
		const systemModstamp = stampOfMs(clock.now());
		await ledger.pages.advance(integration, { systemModstamp, id: '' }, systemModstamp);
		clock.advance(PAST_EVERY_OVERLAP_MS);
	}

	inBrevo(id: string): Record<string, unknown> {
		return this.world.brevo.admin.contact({ ext_id: id });
	}

	editInBrevo(id: string, edit: Record<string, unknown>): void {
		this.world.brevo.admin.edit({ ext_id: id, ...edit });
	}

	async outOfTheList(...extIds: string[]): Promise<void> {
		await this.#move('remove', extIds);
	}

	async intoTheList(...extIds: string[]): Promise<void> {
		await this.#move('add', extIds);
	}

	async #move(direction: 'add' | 'remove', extIds: string[]): Promise<void> {
		const path = `contacts/lists/${this.world.listId}/contacts/${direction}`;
		await this.world.inBrevo('POST', path, { extIds });
	}

	isListed(id: string): boolean {
		const { listIds } = this.inBrevo(id) as { listIds?: number[] };
		return listIds?.includes(this.world.listId) === true;
	}

	/** Everything in Brevo but the times. */
	brevo(): unknown[] {
		return this.world.brevo.admin
			.contacts({ limit: 1_000_000 })
			.map((contact) => ({ ...contact, modifiedAt: '', createdAt: '' }));
	}

	/** Rounds until nothing is due any more. */
	async carry(): Promise<void> {
		for (let rounds = 0; rounds < 10; rounds += 1) {
			const { emitted, failed } = await this.world.there();
			if (failed) throw new Error(failed.message);
			if (emitted === 0) return;
		}
		throw new Error('It does not come to rest');
	}
}

/** Gives each test a field; call inside `describe`. */
export function useField(options: Partial<WorldOptions> = {}): { readonly field: Field } {
	let folder = '';
	let ledger: Ledger | undefined;
	let now = (): number => Date.now();
	const used: { field: Field | undefined } = { field: undefined };
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'reconcile-'));
		ledger = await openLedger(
			{ kind: 'file', path: join(folder, 'ledger.db') },
			{ clock: { now: () => now() } },
		);
	});
	afterAll(async () => {
		await ledger?.close();
		rmSync(folder, { recursive: true, force: true });
	});
	beforeEach(async () => {
		if (!ledger) throw new Error('There is no ledger');
		const world = newWorld(ledger, options);
		now = () => world.localNow;
		used.field = new Field(await world.open());
	});
	return {
		get field() {
			if (!used.field) throw new Error('A field is there in tests only');
			return used.field;
		},
	};
}

export const newWorld = (ledger: Ledger, options: Partial<WorldOptions>): World =>
	new World(ledger, {
		object: 'Contact',
		mapping: MAPPING,
		onDeletionInSalesforce: 'removeFromList',
		onDeletionInBrevo: 'nothing',
		oneWay: true,
		pageSize: 2_000,
		...options,
	});

import type { Selectable } from 'kysely';
import type { Clock } from '../../host.ts';
import { explain } from '../../limits/explain.ts';
import type { LedgerDatabase, LedgerTransaction } from '../database.ts';
import { LedgerError, type Integration, type IntegrationStore } from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';

type Activation = Parameters<IntegrationStore['activate']>[0];
type Row = Selectable<LedgerTables['integration']>;

/** Limit connections-per-org. */
const CONNECTIONS_PER_ORG = 5;

/** One that seems to last longer was taken before the clock was set back, milliseconds. */
const NO_LEASE_LASTS_MS = 3_600_000;

export function integrationStore(database: LedgerDatabase, clock: Clock): IntegrationStore {
	return {
		activate: async (activation) =>
			await database.write(
				async (transaction) => await activate(transaction, activation, clock.now()),
			),

		deactivate: async (name) =>
			await database.write(async (transaction) => {
				await transaction
					.updateTable('integration')
					.set({ state: 'inactive' })
					.where('name', '=', name)
					.execute();
			}),

		get: async (name) =>
			await database.read(async (transaction) => {
				const row = await find(transaction, name);
				return row && integration(row);
			}),

		list: async () =>
			await database.read(async (transaction) => {
				const rows = await transaction
					.selectFrom('integration')
					.selectAll()
					.orderBy('name')
					.execute();
				return rows.map(integration);
			}),

		bindBrevoAccount: async (name, account) =>
			await database.write(async (transaction) => {
				await transaction
					.updateTable('integration')
					.set({ brevo_account: account })
					.where('name', '=', name)
					.execute();
			}),

		saveProfile: async (name, json) =>
			await database.write(async (transaction) => {
				await transaction
					.updateTable('integration')
					.set({ profile: json })
					.where('name', '=', name)
					.execute();
			}),

		saveScope: async (name, json) =>
			await database.write(async (transaction) => {
				await transaction
					.updateTable('integration')
					.set({ scope: json })
					.where('name', '=', name)
					.execute();
			}),

		noteFailure: async (name, message) =>
			await database.write(async (transaction) => {
				const row = await transaction
					.updateTable('integration')
					.set((old) => ({
						failed_runs: old('failed_runs', '+', 1),
						last_error: message,
						state: 'failing',
					}))
					.where('name', '=', name)
					.returning('failed_runs')
					.executeTakeFirst();
				return row?.failed_runs ?? 0;
			}),

		noteSuccess: async (name) =>
			await database.write(async (transaction) => await noteSuccess(transaction, name)),

		lease: async (name, owner, ttlMs) =>
			await database.write(async (transaction) => {
				const now = clock.now();
				const taken = await transaction
					.insertInto('lease')
					.values({ integration: name, owner, until: now + ttlMs })
					.onConflict((conflict) =>
						conflict
							.column('integration')
							.doUpdateSet((row) => ({
								owner: row.ref('excluded.owner'),
								until: row.ref('excluded.until'),
							}))
							.where((row) =>
								row.or([
									row('lease.owner', '=', owner),
									row('lease.until', '<=', now),
									row('lease.until', '>', now + NO_LEASE_LASTS_MS),
								]),
							),
					)
					.returning('owner')
					.executeTakeFirst();
				return taken !== undefined;
			}),

		releaseLease: async (name, owner) =>
			await database.write(async (transaction) => {
				await transaction
					.deleteFrom('lease')
					.where('integration', '=', name)
					.where('owner', '=', owner)
					.execute();
			}),
	};
}

/** Whatever was in the way is over. */
export async function noteSuccess(
	transaction: LedgerTransaction,
	integration: string,
): Promise<void> {
	await transaction
		.updateTable('integration')
		.set({ failed_runs: 0, last_error: null })
		.where('name', '=', integration)
		.execute();
	await transaction
		.updateTable('integration')
		.set({ state: 'active' })
		.where('name', '=', integration)
		.where('state', '=', 'failing')
		.execute();
}

async function activate(
	transaction: LedgerTransaction,
	activation: Activation,
	now: number,
): Promise<Integration> {
	const { name, object, salesforceOrg, workflow, consentAt, backOf } = activation;
	// The upsert that changes nothing locks the row of a known integration.
	const row = await transaction
		.insertInto('integration')
		.values({
			name,
			object,
			salesforce_org: salesforceOrg,
			workflow,
			brevo_account: null,
			consent_at: consentAt,
			state: 'inactive',
			last_error: null,
			failed_runs: 0,
			back_of: backOf ?? null,
			profile: null,
			paused_at: null,
			looked_at: null,
			scope: null,
		})
		.onConflict((conflict) =>
			conflict.column('name').doUpdateSet((known) => ({ name: known.ref('excluded.name') })),
		)
		.returningAll()
		.executeTakeFirstOrThrow();
	const running = await runningInOrg(transaction, salesforceOrg, now);
	refuseOther(row, activation, running.includes(name));
	if (backOf === undefined) {
		refuseSixth(
			name,
			running.filter((other) => other !== name),
		);
	}
	return integration(
		await transaction
			.updateTable('integration')
			.set({
				workflow,
				consent_at: consentAt,
				state: 'active',
			})
			.where('name', '=', name)
			.returningAll()
			.executeTakeFirstOrThrow(),
	);
}

/** Switched on and with a trigger that gave a sign of life; one that died does not count for long. */
async function runningInOrg(
	transaction: LedgerTransaction,
	salesforceOrg: string,
	now: number,
): Promise<string[]> {
	const rows = await transaction
		.selectFrom('integration')
		.innerJoin('lease', 'lease.integration', 'integration.name')
		.select('integration.name')
		.where('salesforce_org', '=', salesforceOrg)
		.where('back_of', 'is', null)
		.where('state', '<>', 'inactive')
		.where('lease.until', '>', now)
		.orderBy('integration.name')
		.execute();
	return rows.map((row) => row.name);
}

function refuseSixth(name: string, others: readonly string[]): void {
	if (others.length < CONNECTIONS_PER_ORG) return;
	const { message, remedy } = explain('connections-per-org', {
		number: others.length,
		names: others,
	});
	throw new LedgerError('too-many-connections', `“${name}” cannot start. ${message}`, remedy);
}

function refuseOther(
	row: Row,
	{ name, object, salesforceOrg, workflow }: Activation,
	isRunning: boolean,
): void {
	if (row.workflow !== workflow && isRunning) {
		throw new LedgerError(
			'integration-taken',
			`Integration “${name}” belongs to workflow ${row.workflow}, which is published.`,
			'Unpublish that workflow first, or give this one another integration name.',
		);
	}
	if (row.object !== object) {
		throw new LedgerError(
			'object-changed',
			`Integration “${name}” syncs ${row.object} records and cannot change to ${object}.`,
			`Choose ${row.object} again, or give the integration another name.`,
		);
	}
	if (row.salesforce_org !== salesforceOrg) {
		throw new LedgerError(
			'org-changed',
			`Integration “${name}” started with Salesforce organisation ${row.salesforce_org}; this connection leads to ${salesforceOrg}.`,
			'Choose a connection to the first organisation, or give the integration another name.',
		);
	}
}

async function find(transaction: LedgerTransaction, name: string): Promise<Row | undefined> {
	return await transaction
		.selectFrom('integration')
		.selectAll()
		.where('name', '=', name)
		.executeTakeFirst();
}

function integration(row: Row): Integration {
	return {
		name: row.name,
		object: row.object,
		salesforceOrg: row.salesforce_org,
		workflow: row.workflow,
		...(row.brevo_account !== null && { brevoAccount: row.brevo_account }),
		consentAt: row.consent_at,
		state: row.state,
		...(row.last_error !== null && { lastError: row.last_error }),
		failedRuns: row.failed_runs,
		...(row.paused_at !== null && { pausedAt: row.paused_at }),
		...(row.looked_at !== null && { lookedAt: row.looked_at }),
		...(row.back_of !== null && { backOf: row.back_of }),
		...(row.profile !== null && { profile: row.profile }),
		...(row.scope !== null && { scope: row.scope }),
	};
}

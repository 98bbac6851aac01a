import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { startCluster } from './cluster.ts';
import { importCopy } from './leads.ts';

export interface Throughput {
	readonly workers: number;
	/** Executions that each runs at once. */
	readonly concurrency: number;
	readonly integrations: number;
	/** Of each integration. */
	readonly contacts: number;
	readonly seconds: number;
}

/** Each integration has one page under way, so several are needed to keep several workers busy. */
const INTEGRATIONS = 4;
const CONTACTS = 5_000;
const PAGE_SIZE = 500;
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 300_000;

/** How long a first import of several integrations takes. Brevo's request limits are lifted. */
export async function throughput(
	workers: number,
	concurrency: number,
	packageTarball: string,
): Promise<Throughput> {
	const cluster = await startCluster(0, { packageTarball });
	const { stage } = cluster;
	const ledger = await stage.ledger();
	try {
		stage.sandbox.brevo.admin.setLimits({ off: true });
		stage.sandbox.salesforce.admin.generate({ object: 'Contact', count: CONTACTS - 20, seed: 1 });
		for (let count = 0; count < workers; count += 1) await cluster.addWorker(concurrency);
		const names = Array.from({ length: INTEGRATIONS }, (_, number) => `Contacts ${number + 1}`);
		const copies = [];
		for (const integration of names) {
			const trigger = { integration, consent: true, options: { pageSize: PAGE_SIZE } };
			const list = { __rl: true, mode: 'name', value: integration };
			copies.push(
				await importCopy(stage, {
					'Salesforce Contact Trigger': trigger,
					'Brevo Contact List': { list },
				}),
			);
		}
		const startedAt = Date.now();
		for (const copy of copies) await stage.n8n().publish(copy);
		await allRead(ledger, names);
		const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
		return { workers, concurrency, integrations: INTEGRATIONS, contacts: CONTACTS, seconds };
	} finally {
		await ledger.close();
		await cluster.close();
	}
}

async function allRead(ledger: Ledger, names: readonly string[]): Promise<void> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	for (;;) {
		const all = await Promise.all(names.map(async (name) => await ledger.pages.activity(name)));
		if (all.every(({ read }) => read >= CONTACTS)) return;
		if (Date.now() > giveUpAt) {
			const counts = all.map(({ read }) => read).join(', ');
			throw new Error(`After ${PATIENCE_MS / 1000} s only ${counts} contacts were read`);
		}
		await sleep(LOOK_EVERY_MS);
	}
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { startCluster } from './cluster.ts';
import { importCopy } from './leads.ts';

export interface Throughput {
	/** Each runs one execution at once. */
	readonly workers: number;
	/** Milliseconds by which the sandbox holds back each of Brevo's answers. */
	readonly answerMs: number;
	readonly integrations: number;
	/** Of each integration. */
	readonly contacts: number;
	readonly seconds: number;
}

/** Each integration has one page under way, so several are needed to keep several workers busy. */
const DEPARTMENTS = ['Finance', 'Marketing', 'Research', 'Sales'] as const;
const CONTACTS = 5_000;
const PAGE_SIZE = 500;
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 300_000;

/** How long a first import of several integrations takes. Brevo's request limits are lifted. */
export async function throughput(
	workers: number,
	answerMs: number,
	packageTarball: string,
): Promise<Throughput> {
	const contactsCsv = departments();
	const cluster = await startCluster(0, { packageTarball, contactsCsv });
	const { stage } = cluster;
	const ledger = await stage.ledger();
	try {
		stage.sandbox.brevo.admin.setLimits({ off: true });
		stage.sandbox.faults.add({
			kind: 'delay',
			service: 'brevo',
			delayMs: answerMs,
			times: Number.MAX_SAFE_INTEGER,
		});
		for (let count = 0; count < workers; count += 1) await cluster.addWorker(1);
		const copies = [];
		for (const integration of DEPARTMENTS) {
			const rows = [{ field: 'Department', operator: 'equals', value: integration }];
			const options = { pageSize: PAGE_SIZE };
			const trigger = { integration, consent: true, filters: { rows }, options };
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
		await allWritten(ledger);
		const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
		return { workers, answerMs, integrations: DEPARTMENTS.length, contacts: CONTACTS, seconds };
	} finally {
		await ledger.close();
		await cluster.close();
	}
}

/** Contacts of each department, so that no two integrations want the same one. */
const departments = (): string =>
	['LastName,Email,Department']
		.concat(
			DEPARTMENTS.flatMap((department) =>
				Array.from(
					{ length: CONTACTS },
					(_, n) => `Person ${n},${department.toLowerCase()}.${n}@example.com,${department}`,
				),
			),
		)
		.join('\n');

async function allWritten(ledger: Ledger): Promise<void> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	for (;;) {
		const all = await Promise.all(
			DEPARTMENTS.map(async (name) => await ledger.pages.activity(name)),
		);
		if (all.every(({ written }) => written === CONTACTS)) return;
		if (Date.now() > giveUpAt) {
			const counts = all.map(({ written, read }) => `${written} of ${read}`).join(', ');
			throw new Error(`After ${PATIENCE_MS / 1000} s only ${counts} contacts were written`);
		}
		await sleep(LOOK_EVERY_MS);
	}
}

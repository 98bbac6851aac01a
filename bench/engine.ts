/** 5. The engine alone, without n8n and without a network. */
import path from 'node:path';
import { mulberry32 } from '../sandbox/faults.ts';
import { person } from '../sandbox/salesforce-org/people.ts';
import type { SalesforceRecord, SyncContext } from '../sync/changes/change.ts';
import { CHANGES_PAGE } from '../sync/changes/page-sizes.ts';
import type { Ledger } from '../sync/ledger/ledger.ts';
import { openLedger } from '../sync/ledger/open.ts';
import type { BrevoAttribute, SalesforceField } from '../sync/mapping/field.ts';
import { mapRecord } from '../sync/mapping/map-record.ts';
import { resolveAttributes } from '../sync/mapping/pairs.ts';
import { guard, type GuardInput, type GuardRule } from '../sync/quota/guard.ts';
import { periodAt } from '../sync/quota/period.ts';
import { inFolder } from './arena.ts';
import { type Bench, type Section, target } from './results.ts';

const ROWS = 100_000;
/** That of changes. */
const PAGE = CHANGES_PAGE;
const ROUNDS = 3;

const FIELDS: readonly SalesforceField[] = [
	{ name: 'Email', label: 'Email', type: 'email', length: 80 },
	{ name: 'FirstName', label: 'First Name', type: 'string', length: 40 },
	{ name: 'LastName', label: 'Last Name', type: 'string', length: 80 },
	{ name: 'MobilePhone', label: 'Mobile Phone', type: 'phone', length: 40 },
];
const ATTRIBUTES: readonly BrevoAttribute[] = [
	{ name: 'EMAIL', category: 'normal', type: 'text' },
	{ name: 'FIRSTNAME', category: 'normal', type: 'text' },
	{ name: 'LASTNAME', category: 'normal', type: 'text' },
	{ name: 'SMS', category: 'normal', type: 'text' },
];
/** As in the template. */
const MAPPING = resolveAttributes(
	[
		{ attribute: 'EMAIL', field: 'Email' },
		{ attribute: '@FIRSTNAME', field: 'FirstName' },
		{ attribute: '@LASTNAME', field: 'LastName' },
		{ attribute: 'SMS', field: 'MobilePhone' },
	],
	ATTRIBUTES,
);

export async function measureEngine(bench: Bench): Promise<Section> {
	const rounds: Rates[] = [];
	for (let round = 0; round < ROUNDS; round += 1) rounds.push(await inFolder(measureOnce));
	const best = (rate: keyof Rates): number => Math.max(...rounds.map((round) => round[rate]));
	const found = {
		map: best('map'),
		guard: best('guard'),
		both: best('both'),
		tasks: best('tasks'),
	};
	bench.say(`  map + guard: ${Math.round(found.both)} rows/s`);
	return {
		title: 'The engine alone',
		measuredAt: new Date().toISOString(),
		tables: [
			{
				columns: ['what', 'a second'],
				rows: [
					['records mapped', found.map],
					['records through the guard (compared, reserved)', found.guard],
					['records mapped and through the guard', found.both],
					['ledger reservations', found.tasks],
				],
			},
		],
		targets: [target('map + guard', 'at least', 50_000, found.both, ' rows/s')],
		notes: [
			`${ROWS.toLocaleString('en-US')} new contacts in pages of ${PAGE}, four mapped fields, ledger in a SQLite file; the best of ${ROUNDS} rounds.`,
		],
	};
}

/** A second. */
interface Rates {
	readonly map: number;
	readonly guard: number;
	readonly both: number;
	readonly tasks: number;
}

async function measureOnce(folder: string): Promise<Rates> {
	const ledger = await openLedger(
		{ kind: 'file', path: path.join(folder, 'ledger.sqlite') },
		{ clock: Date },
	);
	try {
		await ledger.integrations.activate({
			name: 'bench',
			object: 'Contact',
			salesforceOrg: '00D000000000000AAA',
			workflow: 'bench',
			consentAt: Date.now(),
		});
		const pages = paged(records());
		let [mapping, guarding] = [0, 0];
		for (const page of pages) {
			const startedAt = performance.now();
			const inputs = page.map((record) => mapped(record, ledger));
			const mappedAt = performance.now();
			await guard(ledger, RULE, inputs);
			mapping += mappedAt - startedAt;
			guarding += performance.now() - mappedAt;
		}
		const rate = (milliseconds: number): number => ROWS / (milliseconds / 1000);
		return {
			map: rate(mapping),
			guard: rate(guarding),
			both: rate(mapping + guarding),
			tasks: await reservations(ledger),
		};
	} finally {
		await ledger.close();
	}
}

const RULE: GuardRule = {
	account: 'bench-account',
	period: periodAt(Date.now(), { zone: 'UTC', anchorDay: 1 }),
	limit: 10 * ROWS,
	lane: 0,
	warnAt: 10 * ROWS,
	target: 'id:1',
};

function records(): SalesforceRecord[] {
	const random = mulberry32(1);
	return Array.from({ length: ROWS }, (_, n) => ({
		Id: `003SB${String(n).padStart(13, '0')}`,
		...person('Contact', n, random),
	}));
}

const paged = <T>(all: readonly T[]): T[][] =>
	Array.from({ length: Math.ceil(all.length / PAGE) }, (_, page) =>
		all.slice(page * PAGE, (page + 1) * PAGE),
	);

function mapped(record: SalesforceRecord, ledger: Ledger): GuardInput {
	const result = mapRecord(record, MAPPING, FIELDS, ATTRIBUTES, { zone: 'UTC' });
	if (result.kind === 'rejected') throw new Error('A record of the benchmark cannot be mapped');
	const sync: SyncContext = {
		integration: 'bench',
		ledger: ledger.id,
		object: 'Contact',
		id: String(record['Id']),
		change: 'created',
		systemModstamp: '2026-11-23T09:00:00Z',
	};
	return { sync, contact: result.contact };
}

/** A second, asked for as a page asks: so many at once. */
async function reservations(ledger: Ledger): Promise<number> {
	const { account, period, limit, lane, warnAt } = RULE;
	const startedAt = performance.now();
	for (let page = 0; page < ROWS / PAGE; page += 1) {
		const requests = Array.from({ length: PAGE }, (_, n) => ({ key: `r|${page}|${n}`, hash: 'h' }));
		await ledger.quota.reserve({
			account,
			period: period.id,
			periodEnds: period.endsAt,
			limit,
			lane,
			warnAt,
			requests,
		});
	}
	return ROWS / ((performance.now() - startedAt) / 1000);
}

/** `npm run demo`: both directions between Salesforce and a Brevo list, in a real n8n. */
import { OWNER } from '../n8n-host/n8n.ts';
import { readContactsCsv } from '../sandbox/salesforce-org/csv.ts';
import type { Ledger } from '../sync/ledger/ledger.ts';
import { demoArguments, type DemoArguments } from './arguments.ts';
import { type Rest, unchangedSoFar, watchRest } from './rest.ts';
import { INTEGRATION, setStage, type Stage } from './stage.ts';
import { accounted, playEdits, rejectionsByLimit, type Told } from './story.ts';
import { type Summary, summarise } from './summary.ts';
import { table } from './table.ts';
import { BACK_STREAM, playEditsInBrevo } from './way-back.ts';

const say = (line = ''): void => {
	console.log(line);
};

/** Tells people which rows of their file Salesforce itself would not take. */
function checkContacts(csv: string | undefined): number {
	if (csv === undefined) return 0;
	const { accepted, refused, ignoredColumns } = readContactsCsv(csv);
	if (ignoredColumns.length > 0)
		say(`Columns that are no Contact field are ignored: ${ignoredColumns.join(', ')}`);
	if (refused.length > 0) {
		say(`${refused.length} rows that Salesforce would refuse are left out:`);
		const rows = refused
			.slice(0, 10)
			.map(({ row, code, message }) => [`row ${row}`, code, message]);
		say(table(['where', 'code', 'reason'], rows));
		if (refused.length > 10) say(`  … and ${refused.length - 10} more`);
	}
	if (accepted.length === 0)
		throw new Error('The file holds no contact that Salesforce would take.');
	return refused.length;
}

async function tell(stage: Stage, ledger: Ledger): Promise<void> {
	const contacts = stage.sandbox.salesforce.admin.records({ object: 'Contact' }).length;
	say(`Publishing “${INTEGRATION}”; ${contacts} contacts are in Salesforce.`);
	await stage.n8n().publish(stage.workflow);
	await accounted(ledger, 0, contacts);
	await sayOutcomes('The contacts that were there', ledger);
	const rejections = await rejectionsByLimit(ledger);
	if (rejections.length > 0) {
		say('\nNot written, and why:');
		say(
			table(
				['contacts', 'limit', 'what happened'],
				rejections.map(({ count, limit, words }) => [String(count), limit, words]),
			),
		);
	}
	say('\nNow people change contacts in Salesforce:');
	const told = await playEdits(stage, ledger);
	sayTold(told);
	await sayOutcomes('\nAll together, from Salesforce to Brevo', ledger);
	await tellWayBack(stage, ledger, told);
	sayMails(stage);
}

async function tellWayBack(stage: Stage, ledger: Ledger, told: readonly Told[]): Promise<void> {
	say(`\nPublishing “${stage.wayBack.name}”, the way back.`);
	await stage.n8n().publish(stage.wayBack);
	say('\nNow people change contacts in Brevo:');
	const changed = told.map(({ recordId }) => recordId);
	const unchangedBefore = await unchangedSoFar(ledger);
	sayTold(await playEditsInBrevo(stage, ledger, changed));
	await sayOutcomes('\nAll together, from Brevo to Salesforce', ledger, BACK_STREAM);
	say('\nNobody changes anything now, for two more rounds …');
	sayRest(await watchRest(stage, ledger, unchangedBefore));
}

function sayRest({ seconds, writes, tasks, echoes, same }: Rest): void {
	const isAtRest = writes === 0 && tasks === 0 && same;
	const title = isAtRest ? 'Both directions at rest' : 'NOT at rest';
	say(`${title}: ${writes} writes and ${tasks} tasks in the last ${seconds} s.`);
	if (!same) say('  Contacts or records are no longer as they were.');
	if (echoes > 0)
		say(`  ${echoes} changes from Brevo were read in Salesforce again and known: none went back.`);
}

function sayTold(told: readonly Told[]): void {
	say(
		table(
			['record', 'a contact …', 'outcome', 'limit', 'why'],
			told.map(({ recordId, words, arrival }) => [
				recordId,
				words,
				[arrival?.outcome ?? '?', arrival?.how].filter(Boolean).join(', '),
				arrival?.limit ?? '',
				arrival?.reason ?? (arrival?.fields ? `in Salesforce: ${arrival.fields.join(', ')}` : ''),
			]),
		),
	);
}

function sayMails(stage: Stage): void {
	const mails = stage.sandbox.brevo.admin.mailbox();
	if (mails.length === 0) return;
	say('\nE-mails that went out:');
	say(
		table(
			['subject'],
			mails.map(({ subject }) => [String(subject)]),
		),
	);
}

async function sayOutcomes(title: string, ledger: Ledger, stream = INTEGRATION): Promise<void> {
	const { read, written, unchanged, excluded, rejected, deferred, tasks } =
		await ledger.pages.activity(stream);
	say(`${title}:`);
	const numbers = { read, written, unchanged, excluded, rejected, deferred, tasks };
	say(table(Object.keys(numbers), [Object.values(numbers).map(String)]));
}

function sayCalls(summary: Summary): void {
	say(
		`\n${summary.salesforceCalls} calls to Salesforce, ${summary.brevoCalls} to Brevo, ${summary.tasks} tasks, ${summary.seconds} s.`,
	);
}

/** Stays up until it is told to end. */
async function stayUp(stage: Stage, told: Promise<unknown>): Promise<void> {
	say('\nIt stays up, and so does the sync. Look around:');
	say(`  n8n      ${stage.n8n().origin}/workflow/${stage.workflow.id}   (to Brevo)`);
	say(`           ${stage.n8n().origin}/workflow/${stage.wayBack.id}   (back to Salesforce)`);
	say(`           e-mail ${OWNER.email}, password ${OWNER.password}`);
	say(
		`  sandbox  ${stage.sandbox.origin}/_sandbox   (change contacts on both sides; see sandbox/README.md)`,
	);
	say('Ctrl+C ends both.');
	await told;
	say('\nStopping …');
}

async function main(options: DemoArguments): Promise<void> {
	const refused = checkContacts(options.contactsCsv);
	// Whoever ends the demo early must not leave n8n running.
	const told = new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
	});
	const stage = await setStage({ contactsCsv: options.contactsCsv, quota: options.quota, say });
	try {
		const early = told.then(() => {
			throw new Error('It was told to end.');
		});
		const summary = await Promise.race([play(stage, refused), early]);
		early.catch(() => undefined);
		if (!options.once) await stayUp(stage, told);
		if (options.json) say(JSON.stringify(summary));
	} finally {
		await stage.close();
	}
}

async function play(stage: Stage, refused: number): Promise<Summary> {
	const ledger = await stage.ledger();
	const startedAt = Date.now();
	await tell(stage, ledger);
	const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
	const summary = await summarise(stage, ledger, { refused, seconds });
	await ledger.close();
	sayCalls(summary);
	return summary;
}

try {
	await main(demoArguments(process.argv.slice(2)));
} catch (error) {
	console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 1;
}

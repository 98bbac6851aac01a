/** `npm run sandbox`: a simulated Salesforce and a simulated Brevo on loopback. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BREVO_KEY } from './brevo-account/keys.ts';
import { readContactsCsv } from './salesforce-org/csv.ts';
import { SALESFORCE_LOGIN } from './salesforce-org/login.ts';
import { startSandbox } from './server.ts';

const DEFAULT_PORT = 4010;

function contactsFrom(file: string | undefined): string | undefined {
	if (file === undefined) return undefined;
	const csv = readFileSync(file, 'utf8');
	const { accepted, refused, ignoredColumns } = readContactsCsv(csv);
	console.log(`${accepted.length} contacts from ${file}; ${refused.length} rows refused.`);
	if (ignoredColumns.length > 0) console.log(`Ignored columns: ${ignoredColumns.join(', ')}`);
	return csv;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { port: { type: 'string' }, contacts: { type: 'string' } },
	});
	const contactsCsv = contactsFrom(values.contacts);
	const sandbox = await startSandbox({
		port: Number(values.port ?? DEFAULT_PORT),
		...(contactsCsv !== undefined && { contactsCsv }),
	});
	console.log(
		`Salesforce  ${sandbox.origin}  client id ${SALESFORCE_LOGIN.clientId}, secret ${SALESFORCE_LOGIN.clientSecret}`,
	);
	console.log(`Brevo       ${sandbox.origin}/v3  API key ${BREVO_KEY}`);
	console.log(`Look inside ${sandbox.origin}/_sandbox  (what one can do there: sandbox/README.md)`);
	console.log('Ctrl+C ends it.');
	await new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
	});
	await sandbox.close();
}

try {
	await main();
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 2;
}

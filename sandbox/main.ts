/** `npm run sandbox`: a simulated Salesforce and a simulated Brevo on loopback. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BREVO_KEY } from './brevo-account/keys.ts';
import { readContactsCsv } from './salesforce-org/csv.ts';
import { SALESFORCE_LOGIN } from './salesforce-org/login.ts';
import { type Sandbox, startSandbox } from './server.ts';

const DEFAULT_PORT = 4010;

function contactsFrom(file: string | undefined): string | undefined {
	if (file === undefined) return undefined;
	const csv = readFileSync(file, 'utf8');
	const { accepted, refused, ignoredColumns } = readContactsCsv(csv);
	console.log(`${accepted.length} contacts from ${file}; ${refused.length} rows refused.`);
	if (ignoredColumns.length > 0) console.log(`Ignored columns: ${ignoredColumns.join(', ')}`);
	return csv;
}

function generate({ salesforce }: Sandbox, count: string, seed: string): void {
	const started = performance.now();
	salesforce.admin.generate({ count: Number(count), seed: Number(seed) });
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	console.log(`${count} contacts invented in ${seconds} s.`);
}

/** Neither Brevo's requests a second and an hour nor Salesforce's a day are counted out. */
function liftLimits({ salesforce, brevo }: Sandbox): void {
	brevo.admin.setLimits({ off: true });
	salesforce.admin.setLimit({ limit: Number.MAX_SAFE_INTEGER });
}

async function main(): Promise<void> {
	const end = new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
	});
	const { values } = parseArgs({
		options: {
			port: { type: 'string' },
			contacts: { type: 'string' },
			generate: { type: 'string' },
			seed: { type: 'string' },
			'no-limits': { type: 'boolean' },
		},
	});
	const contactsCsv = contactsFrom(values.contacts);
	const sandbox = await startSandbox({
		port: Number(values.port ?? DEFAULT_PORT),
		...(contactsCsv !== undefined && { contactsCsv }),
	});
	if (values.generate !== undefined) generate(sandbox, values.generate, values.seed ?? '1');
	if (values['no-limits']) liftLimits(sandbox);
	console.log(
		`Salesforce  ${sandbox.origin}  client id ${SALESFORCE_LOGIN.clientId}, secret ${SALESFORCE_LOGIN.clientSecret}`,
	);
	console.log(`Brevo       ${sandbox.origin}/v3  API key ${BREVO_KEY}`);
	console.log(`Look inside ${sandbox.origin}/_sandbox  (what one can do there: sandbox/README.md)`);
	console.log('Ctrl+C ends it.');
	await end;
	await sandbox.close();
}

try {
	await main();
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 2;
}

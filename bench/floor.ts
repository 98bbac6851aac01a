/**
 * The floor: what a competent developer would write for one import, once, with nothing around it: no
 * ledger, no quota, no changes, no reasons for refusals.
 *
 *   node bench/floor.ts http://127.0.0.1:4010
 *
 * Prints the seconds that it took as JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { Connection } from 'jsforce';
import { BREVO_KEY } from '../sandbox/brevo-account/keys.ts';
import { SALESFORCE_LOGIN } from '../sandbox/salesforce-org/credentials.ts';

const SOQL = 'SELECT Id, Email, FirstName, LastName, MobilePhone FROM Contact';
const HEADINGS = ['EMAIL', 'EXT_ID', 'FIRSTNAME', 'LASTNAME', 'SMS'];
/** Brevo takes 10 MB and recommends 8. */
const CHUNK_BYTES = 8_000_000;
/** Times to ask whether the imports are done, a second apart: Brevo takes 100 such calls an hour. */
const MOST_LOOKS = 90;

interface Contact {
	readonly Id: string;
	readonly Email: string;
	readonly FirstName: string;
	readonly LastName: string;
	readonly MobilePhone: string | null;
}

const [origin = ''] = process.argv.slice(2);

async function brevo<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
	const response = await fetch(`${origin}/v3${path}`, {
		method,
		headers: { 'api-key': BREVO_KEY, 'content-type': 'application/json' },
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	if (!response.ok) throw new Error(`Brevo answered ${path} with ${response.status}`);
	return (await response.json()) as Answer;
}

async function login(): Promise<Connection> {
	const { clientId, clientSecret } = SALESFORCE_LOGIN;
	const response = await fetch(`${origin}/services/oauth2/token`, {
		method: 'POST',
		body: new URLSearchParams({
			grant_type: 'client_credentials',
			client_id: clientId,
			client_secret: clientSecret,
		}),
	});
	const { access_token: accessToken = '' } = (await response.json()) as { access_token?: string };
	return new Connection({ instanceUrl: origin, accessToken, version: '60.0' });
}

/** CSV files of up to CHUNK_BYTES, as the pages come in. */
async function* chunks(connection: Connection): AsyncIterable<string> {
	let rows: string[] = [];
	let bytes = 0;
	let page = await connection.query<Contact>(SOQL);
	for (;;) {
		const text = stringify(
			page.records.map((one) => [
				one.Email,
				one.Id,
				one.FirstName,
				one.LastName,
				one.MobilePhone ?? '',
			]),
			{ delimiter: ';' },
		);
		if (bytes + text.length > CHUNK_BYTES) {
			yield [`${HEADINGS.join(';')}\n`, ...rows].join('');
			rows = [];
			bytes = 0;
		}
		rows.push(text);
		bytes += Buffer.byteLength(text);
		if (page.done || page.nextRecordsUrl === undefined) break;
		page = await connection.queryMore<Contact>(page.nextRecordsUrl);
	}
	yield [`${HEADINGS.join(';')}\n`, ...rows].join('');
}

async function main(): Promise<void> {
	const connection = await login();
	const { id: folderId } = await brevo<{ id: number }>('POST', '/contacts/folders', {
		name: 'Floor',
	});
	const { id: listId } = await brevo<{ id: number }>('POST', '/contacts/lists', {
		name: 'Floor',
		folderId,
	});
	const started = new Set<number>();
	for await (const fileBody of chunks(connection)) {
		const body = { fileBody, listIds: [listId], updateExistingContacts: true };
		started.add((await brevo<{ processId: number }>('POST', '/contacts/import', body)).processId);
	}
	for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
		const { processes } = await brevo<{ processes: Array<{ id: number; status: string }> }>(
			'GET',
			'/processes?limit=50',
		);
		for (const { id, status } of processes) if (status === 'completed') started.delete(id);
		if (started.size === 0) return;
		await sleep(1000);
	}
	throw new Error('The imports did not end');
}

const startedAt = performance.now();
await main();
console.log(JSON.stringify({ seconds: (performance.now() - startedAt) / 1000 }));

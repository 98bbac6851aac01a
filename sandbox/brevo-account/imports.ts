import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { SandboxClock, SandboxReply } from '../service.ts';
import { count, invalid, missing, ok, refusal } from './answers.ts';
import type { Contacts } from './contacts.ts';
import { isEmail } from './identifiers.ts';
import type { Lists } from './lists.ts';
import { type Call, type Route, wholeNumbers } from './routes.ts';

/** Brevo OpenAPI: fileBody and jsonBody up to 10 MB. */
const MOST_BYTES = 10 * 1024 * 1024;

type Row = Readonly<Record<string, unknown>>;
/** Keys of info.import: URL of a CSV with the rejected rows, or null (Brevo SDK 6). */
const REJECT_KEYS = [
	'invalid_emails',
	'duplicate_contact_id',
	'duplicate_ext_id',
	'duplicate_email_id',
	'duplicate_phone_id',
	'duplicate_whatsapp_id',
	'duplicate_landline_number_id',
] as const;
type RejectKey = (typeof REJECT_KEYS)[number];

export interface ImportSpeed {
	/** Milliseconds of the sandbox's clock. */
	readonly msPerImport?: number;
	readonly msPerRow?: number;
	readonly failNext?: boolean;
	readonly neverFinish?: boolean;
	/** Imports set booleans to false too, which the real one is reported not to do. */
	readonly takesFalse?: boolean;
}

interface Process {
	readonly id: number;
	status: 'queued' | 'in_process' | 'completed' | 'failed';
	readonly createdAt: number;
	readonly origin: string;
	readonly rejects: Map<RejectKey, Row[]>;
	readonly run: (process: Process) => void;
	readonly rows: number;
	readonly notifyUrl?: string;
}

const KEY_OF_IDENTIFIER: Readonly<Record<string, RejectKey>> = {
	email: 'duplicate_email_id',
	ext_id: 'duplicate_ext_id',
	SMS: 'duplicate_phone_id',
	WHATSAPP: 'duplicate_whatsapp_id',
	LANDLINE_NUMBER: 'duplicate_landline_number_id',
};

/** Imports: accepted at once, worked off later, one after another. */
export class Imports {
	readonly #contacts: Contacts;
	readonly #lists: Lists;
	readonly #clock: SandboxClock;
	readonly #processes = new Map<number, Process>();
	#waiting: Process[] = [];
	#busy = false;
	#nextId = 1;
	#speed: ImportSpeed = {};

	constructor(contacts: Contacts, lists: Lists, clock: SandboxClock) {
		this.#contacts = contacts;
		this.#lists = lists;
		this.#clock = clock;
	}

	speed(speed: ImportSpeed): void {
		this.#speed = speed;
		this.#next();
	}

	get count(): number {
		return this.#processes.size;
	}

	routes(): Route[] {
		return [
			{ method: 'POST', path: 'contacts/import', answer: (call) => this.#accept(call) },
			{ method: 'GET', path: 'processes', answer: (call) => this.#page(call) },
			{
				method: 'GET',
				path: 'processes/*',
				answer: ({ params }) => {
					const process = this.#processes.get(Number(params[0]));
					return process
						? ok(this.#show(process))
						: refusal(404, 'invalid_parameter', 'processId is invalid');
				},
			},
		];
	}

	/** A reject file, by its name in the URL. */
	rejectFile(name: string): string | undefined {
		const found = /^(\d+)-(\w+)\.csv$/.exec(name);
		const rows = this.#processes.get(Number(found?.[1]))?.rejects.get(found?.[2] as RejectKey);
		return (
			rows &&
			stringify(rows, {
				header: true,
				delimiter: ';',
				columns: [...new Set(rows.flatMap(Object.keys))],
			})
		);
	}

	#accept({ request, body }: Call): SandboxReply {
		if (request.body.length > MOST_BYTES) return invalid('File size exceeds the limit of 10MB');
		const sources = ['fileBody', 'jsonBody', 'fileUrl'].filter((name) => body[name] !== undefined);
		if (sources.length !== 1)
			return missing('Either of fileUrl, fileBody or jsonBody is mandatory');
		const listIds = wholeNumbers(body['listIds']);
		const newList = body['newList'] as { listName?: unknown; folderId?: unknown } | undefined;
		if (!listIds || (listIds.length === 0 && !newList)) return missing('listIds is mandatory');
		if (listIds.some((id) => !this.#lists.has(id))) return invalid('List ID does not exist');
		if (newList)
			listIds.push(
				this.#lists.addList(String(newList.listName), Number(newList.folderId), this.#clock.now())
					.id,
			);
		const rows = rowsOf(body);
		if (!rows) return invalid('The file cannot be read');
		const process: Process = {
			id: this.#nextId++,
			status: 'queued',
			createdAt: this.#clock.now(),
			origin: request.origin,
			rejects: new Map(),
			rows: rows.length,
			run: (self) => this.#work(self, rows, listIds, body),
			...(typeof body['notifyUrl'] === 'string' && { notifyUrl: body['notifyUrl'] }),
		};
		this.#processes.set(process.id, process);
		this.#waiting.push(process);
		this.#next();
		return { status: 202, body: { processId: process.id } };
	}

	#next(): void {
		const process = this.#waiting[0];
		if (this.#busy || !process || this.#speed.neverFinish) return;
		this.#busy = true;
		this.#waiting.shift();
		process.status = 'in_process';
		const { msPerImport = 100, msPerRow = 0, failNext } = this.#speed;
		this.#clock.after(msPerImport + msPerRow * process.rows, () => {
			if (failNext) {
				process.status = 'failed';
				this.#speed = { ...this.#speed, failNext: false };
			} else {
				process.run(process);
				process.status = 'completed';
			}
			this.#busy = false;
			if (process.notifyUrl) void notify(process.notifyUrl, process.id);
			this.#next();
		});
	}

	#work(
		process: Process,
		rows: readonly Row[],
		listIds: readonly number[],
		options: Call['body'],
	): void {
		for (const row of rows) {
			const rejected = this.#importRow(row, listIds, options);
			if (!rejected) continue;
			const file = process.rejects.get(rejected);
			if (file) file.push(row);
			else process.rejects.set(rejected, [row]);
		}
	}

	#importRow(row: Row, listIds: readonly number[], options: Call['body']): RejectKey | undefined {
		const { EMAIL: email = '', EXT_ID: extId = '', ...values } = row;
		if (email !== '' && !isEmail(String(email))) return 'invalid_emails';
		const keepEmpty = options['emptyContactsAttributes'] !== true;
		const attributes = Object.fromEntries(
			Object.entries(values).filter(
				([, value]) =>
					!(keepEmpty && value === '') &&
					(this.#speed.takesFalse || (value !== false && value !== 'false')),
			),
		);
		const result = this.#contacts.upsert(
			{
				...(email !== '' && { email: String(email) }),
				...(extId !== '' && { extId: String(extId) }),
				attributes,
				listIds,
				...(options['emailBlacklist'] === true && { emailBlacklisted: true }),
			},
			options['updateExistingContacts'] !== false,
		);
		if (result.kind === 'duplicate')
			return KEY_OF_IDENTIFIER[result.identifiers[0] ?? ''] ?? 'duplicate_contact_id';
		// Brevo has no file for a bad phone; the contact is taken without it.
		if (result.kind === 'invalid') return 'duplicate_phone_id';
		return undefined;
	}

	#page({ request: { query } }: Call): SandboxReply {
		const limit = count(query.get('limit'), 10, 50);
		const offset = count(query.get('offset'), 0, Number.MAX_SAFE_INTEGER);
		if (limit === undefined || offset === undefined)
			return refusal(400, 'out_of_range', 'Limit exceeds max value 50');
		const all = [...this.#processes.values()];
		if (query.get('sort') !== 'asc') all.reverse();
		return ok({
			processes: all.slice(offset, offset + limit).map((process) => this.#show(process)),
			count: all.length,
		});
	}

	#show(process: Process): object {
		const url = (key: RejectKey): string | null =>
			process.rejects.has(key) ? `${process.origin}/v3/_rejects/${process.id}-${key}.csv` : null;
		return {
			id: process.id,
			name: 'IMPORTUSER',
			status: process.status,
			...(process.status === 'completed' && {
				info: { import: Object.fromEntries(REJECT_KEYS.map((key) => [key, url(key)])) },
			}),
			created_at: new Date(process.createdAt).toISOString(),
		};
	}
}

async function notify(url: string, processId: number): Promise<void> {
	await fetch(url, { method: 'POST', body: JSON.stringify({ proccess_id: processId }) }).catch(
		() => undefined,
	);
}

function rowsOf(body: Call['body']): Row[] | undefined {
	const { fileBody, jsonBody } = body;
	if (typeof fileBody === 'string') {
		try {
			return parse(fileBody, {
				columns: (names: string[]) => names.map((name) => name.trim().toUpperCase()),
				delimiter: ';',
				bom: true,
			});
		} catch {
			return undefined;
		}
	}
	if (!Array.isArray(jsonBody)) return undefined;
	return (jsonBody as Array<{ email?: string; attributes?: Row }>).map(({ email, attributes }) => ({
		...(email !== undefined && { EMAIL: email }),
		...attributes,
	}));
}

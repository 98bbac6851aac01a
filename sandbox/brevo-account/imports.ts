import { stringify } from 'csv-stringify/sync';
import type { SandboxClock, SandboxReply } from '../service.ts';
import { inSlices } from '../slices.ts';
import { count, invalid, missing, ok, refusal } from './answers.ts';
import type { Contacts } from './contacts.ts';
import { isEmail } from './identifiers.ts';
import { type Row, type Rows, rowsOf } from './importRows.ts';
import type { Lists } from './lists.ts';
import { type Call, type Route, wholeNumbers } from './routes.ts';

/** Brevo OpenAPI: fileBody and jsonBody up to 10 MB. */
const MOST_BYTES = 10 * 1024 * 1024;

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
	/** The rows, until they are worked off. */
	waiting: Rows | undefined;
	readonly listIds: readonly number[];
	readonly options: ImportOptions;
	readonly notifyUrl?: string;
}

/** What an import says of all its rows. */
interface ImportOptions {
	readonly keepsEmpty: boolean;
	readonly mayUpdate: boolean;
	readonly emailBlacklisted: boolean;
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
			waiting: rows,
			listIds,
			options: {
				keepsEmpty: body['emptyContactsAttributes'] !== true,
				mayUpdate: body['updateExistingContacts'] !== false,
				emailBlacklisted: body['emailBlacklist'] === true,
			},
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
		this.#clock.after(msPerImport + msPerRow * (process.waiting?.count ?? 0), () => {
			if (!failNext) {
				this.#work(process);
				return;
			}
			this.#speed = { ...this.#speed, failNext: false };
			this.#end(process, 'failed');
		});
	}

	#work(process: Process): void {
		inSlices(
			process.waiting?.each() ?? [].values(),
			(row) => {
				const rejected = this.#importRow(row, process);
				if (!rejected) return;
				const file = process.rejects.get(rejected);
				if (file) file.push(row);
				else process.rejects.set(rejected, [row]);
			},
			(error) => this.#end(process, error === undefined ? 'completed' : 'failed'),
		);
	}

	#end(process: Process, status: Process['status']): void {
		process.status = status;
		process.waiting = undefined;
		this.#busy = false;
		if (process.notifyUrl) void notify(process.notifyUrl, process.id);
		this.#next();
	}

	#importRow(row: Row, { listIds, options }: Process): RejectKey | undefined {
		const email = textOf(row['EMAIL']);
		const extId = textOf(row['EXT_ID']);
		if (email !== '' && !isEmail(email)) return 'invalid_emails';
		const attributes: Record<string, unknown> = {};
		for (const name of Object.keys(row)) {
			const value = row[name];
			if (name === 'EMAIL' || name === 'EXT_ID' || (options.keepsEmpty && value === '')) continue;
			if (this.#speed.takesFalse || (value !== false && value !== 'false'))
				attributes[name] = value;
		}
		const result = this.#contacts.upsert(
			{
				...(email !== '' && { email }),
				...(extId !== '' && { extId }),
				attributes,
				listIds,
				...(options.emailBlacklisted && { emailBlacklisted: true }),
			},
			options.mayUpdate,
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

const textOf = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : '';

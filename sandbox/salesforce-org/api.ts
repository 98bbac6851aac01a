import type { SandboxReply, SandboxRequest } from '../service.ts';
import { errorReply, json, noContent, notFound, Refused, restTime } from './answers.ts';
import { describeGlobal, describeObject } from './describe.ts';
import { eighteen, type ObjectName } from './ids.ts';
import type { Organization } from './organization.ts';
import { attributes, runQuery } from './query.ts';
import type { Row } from './store.ts';
import type { Writer } from './write.ts';

/** Salesforce: 2,000 rows a page, 200 at least when fewer are asked for. */
const PAGE = 2000;
const SMALLEST_PAGE = 200;
const COLLECTION = 200;
const SUBREQUESTS = 25;
/** Salesforce keeps delete logs for 15 days. */
const LOG_MS = 15 * 86_400_000;

interface Locator {
	readonly records: readonly object[];
	readonly size: number;
}

export interface ApiCall {
	readonly method: string;
	/** Segments below /services/data/vXX.X/. */
	readonly path: readonly string[];
	readonly query: URLSearchParams;
	readonly body: unknown;
	readonly version: string;
	readonly headers: SandboxRequest['headers'];
}

type Values = Readonly<Record<string, unknown>>;

/** The REST API below /services/data/vXX.X. */
export class Api {
	readonly #organization: Organization;
	readonly #writer: Writer;
	readonly #locators = new Map<string, Locator>();

	constructor(organization: Organization, writer: Writer) {
		this.#organization = organization;
		this.#writer = writer;
	}

	forgetLocators(): void {
		this.#locators.clear();
	}

	/** Answers one call; refusals are answers too. */
	answer(call: ApiCall): SandboxReply {
		try {
			return this.#route(call);
		} catch (error) {
			if (error instanceof Refused) return errorReply(error);
			throw error;
		}
	}

	#route(call: ApiCall): SandboxReply {
		const [first, second, third] = call.path;
		switch (first) {
			case undefined:
			case '':
				return json({
					sobjects: this.#url(call, 'sobjects'),
					query: this.#url(call, 'query'),
					queryAll: this.#url(call, 'queryAll'),
					limits: this.#url(call, 'limits'),
					composite: this.#url(call, 'composite'),
				});
			case 'query':
			case 'queryAll':
				return second ? this.#more(call, second) : this.#query(call, first === 'queryAll');
			case 'sobjects':
				return second ? this.#object(call, second) : json(describeGlobal(call.version));
			case 'composite':
				if (second === undefined) return this.#composite(call);
				return second === 'sobjects' ? this.#collection(call, third) : this.#unknown();
			default:
				return this.#unknown();
		}
	}

	#unknown(): never {
		throw notFound();
	}

	#url(call: ApiCall, name: string): string {
		return `/services/data/v${call.version}/${name}`;
	}

	#query(call: ApiCall, all: boolean): SandboxReply {
		const soql = call.query.get('q');
		if (soql === null) throw new Refused(400, 'MALFORMED_QUERY', 'SOQL query is missing');
		const { records, count } = runQuery(this.#organization, soql, all, call.version);
		if (count !== undefined) return json({ totalSize: count, done: true, records: [] });
		const asked = Number(
			/batchSize=(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1] ?? PAGE,
		);
		const size = Math.min(PAGE, Math.max(SMALLEST_PAGE, asked));
		if (records.length <= size) return json({ totalSize: records.length, done: true, records });
		const id = `0r8SB${String(this.#locators.size).padStart(10, '0')}AAA`;
		this.#locators.set(id, { records, size });
		return this.#page(call, id, 0);
	}

	#more(call: ApiCall, locator: string): SandboxReply {
		const found = /^(\w+)-(\d+)$/.exec(locator);
		if (!found || !this.#locators.has(found[1] ?? ''))
			throw new Refused(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
		return this.#page(call, found[1] ?? '', Number(found[2]));
	}

	#page(call: ApiCall, id: string, offset: number): SandboxReply {
		const { records = [], size = PAGE } = this.#locators.get(id) ?? {};
		const done = offset + size >= records.length;
		return json({
			totalSize: records.length,
			done,
			...(!done && {
				nextRecordsUrl: `/services/data/v${call.version}/query/${id}-${offset + size}`,
			}),
			records: records.slice(offset, offset + size),
		});
	}

	#object(call: ApiCall, name: string): SandboxReply {
		const { schema } = this.#organization;
		if (!schema.isObject(name)) throw notFound();
		const [, , id, external] = call.path;
		if (id === 'describe') return json(describeObject(schema, name, call.version));
		if (id === 'updated' || id === 'deleted') return this.#replication(call, name, id);
		if (id === undefined) {
			if (call.method === 'POST')
				return json(
					{ id: this.#writer.create(name, call.body as Values).id, success: true, errors: [] },
					201,
				);
			return json({ objectDescribe: { name }, recentItems: [] });
		}
		if (external !== undefined) return this.#byExternalId(call, name, id, external);
		switch (call.method) {
			case 'GET':
				return json(this.#show(call, this.#writer.live(name, id)));
			case 'PATCH':
				this.#writer.update(name, id, call.body as Values);
				return noContent;
			case 'DELETE':
				this.#writer.remove(name, id);
				return noContent;
			default:
				throw new Refused(
					405,
					'METHOD_NOT_ALLOWED',
					`HTTP Method '${call.method}' not allowed. Allowed are HEAD,GET,PATCH,DELETE`,
				);
		}
	}

	#show(call: ApiCall, row: Row): object {
		const wanted = call.query.get('fields')?.split(',');
		const fields = this.#organization.schema
			.visible(row.object)
			.filter(({ name }) => !wanted || wanted.includes(name));
		const values = fields.map(
			(field) => [field.name, this.#organization.value(row, field)] as const,
		);
		return { attributes: attributes(row, call.version), ...Object.fromEntries(values) };
	}

	/** Upsert by a field that is a lookup (Email, in this organisation). */
	#byExternalId(call: ApiCall, object: ObjectName, name: string, value: string): SandboxReply {
		const field = this.#organization.schema.field(object, name);
		if (!field?.idLookup) {
			throw new Refused(
				404,
				'NOT_FOUND',
				`Provided external ID field does not exist or is not accessible: ${name}`,
			);
		}
		const found = [...this.#organization.table(object).all()].filter(
			(row) =>
				!row.deleted &&
				String(this.#organization.value(row, field)).toLowerCase() === value.toLowerCase(),
		);
		const urls = found.map(({ id }) => `/services/data/v${call.version}/sobjects/${object}/${id}`);
		if (found.length > 1) return json(urls, 300);
		const [row] = found;
		if (call.method === 'GET') return row ? json(this.#show(call, row)) : this.#unknown();
		if (row) {
			this.#writer.update(object, row.id, call.body as Values);
			return json({ id: row.id, success: true, errors: [], created: false });
		}
		const created = this.#writer.create(object, { ...(call.body as Values), [field.name]: value });
		return json({ id: created.id, success: true, errors: [], created: true }, 201);
	}

	/** getUpdated and getDeleted look at whole minutes. */
	#replication(call: ApiCall, object: ObjectName, kind: 'updated' | 'deleted'): SandboxReply {
		const minute = (text: string | null): number =>
			Math.floor(Date.parse(text ?? '') / 60_000) * 60_000;
		const [start, end] = [minute(call.query.get('start')), minute(call.query.get('end'))];
		if (Number.isNaN(start) || Number.isNaN(end) || start >= end) {
			throw new Refused(400, 'INVALID_REPLICATION_DATE', 'startDate should be before endDate');
		}
		const rows = [...this.#organization.table(object).since(start)].filter(
			(row) =>
				row.modifiedAt < end &&
				this.#organization.isVisible(row) &&
				row.deleted === (kind === 'deleted'),
		);
		const now = this.#organization.stamp();
		// A transaction that is still open holds the safe mark back (getUpdatedResult).
		const open = [...this.#organization.table(object).all()].filter(
			(row) => !this.#organization.isVisible(row),
		);
		const covered = Math.min(end, now, ...open.map(({ modifiedAt }) => modifiedAt));
		const latestDateCovered = restTime(covered);
		if (kind === 'updated') return json({ ids: rows.map(({ id }) => id), latestDateCovered });
		return json({
			deletedRecords: rows.map(({ id, modifiedAt }) => ({ id, deletedDate: restTime(modifiedAt) })),
			earliestDateAvailable: restTime(now - LOG_MS),
			latestDateCovered,
		});
	}

	#collection(call: ApiCall, name: string | undefined): SandboxReply {
		const body = (call.body ?? {}) as {
			allOrNone?: boolean;
			records?: Array<Record<string, unknown>>;
			ids?: string[];
			fields?: string[];
		};
		if (name !== undefined) return this.#retrieve(call, name, body.ids ?? [], body.fields ?? []);
		if (call.method === 'DELETE') {
			const ids = (call.query.get('ids') ?? '').split(',').filter(Boolean);
			return this.#each(ids, call.query.get('allOrNone') === 'true', (id) => {
				this.#writer.remove(this.#objectOf(id), id);
				return eighteen(id);
			});
		}
		return this.#each(body.records ?? [], body.allOrNone === true, (record) => {
			const object = (record['attributes'] as { type?: string } | undefined)?.type ?? '';
			if (!this.#organization.schema.isObject(object))
				throw new Refused(400, 'INVALID_TYPE', `sObject type '${object}' is not supported.`);
			if (call.method === 'POST') return this.#writer.create(object, record).id;
			return this.#writer.update(object, String(record['Id'] ?? record['id'] ?? ''), record).id;
		});
	}

	#retrieve(
		call: ApiCall,
		name: string,
		ids: readonly string[],
		fields: readonly string[],
	): SandboxReply {
		if (!this.#organization.schema.isObject(name)) throw notFound();
		const query = new URLSearchParams({ fields: fields.join(',') });
		return json(
			ids.map((id) => {
				const row = this.#organization.find(name, eighteen(id));
				return row && !row.deleted ? this.#show({ ...call, query }, row) : null;
			}) as object,
		);
	}

	#objectOf(id: string): ObjectName {
		const prefixes: Readonly<Record<string, ObjectName>> = {
			'003': 'Contact',
			'00Q': 'Lead',
			'001': 'Account',
			'500': 'Case',
		};
		const object = prefixes[id.slice(0, 3)];
		if (!object) throw new Refused(400, 'MALFORMED_ID', `malformed id ${id}`);
		return object;
	}

	/** Up to 200 records, each with its own result, HTTP 200 even when some failed. */
	#each<T>(inputs: readonly T[], allOrNone: boolean, work: (input: T) => string): SandboxReply {
		if (inputs.length > COLLECTION) {
			throw new Refused(
				400,
				'EXCEEDED_MAX_SIZE_REQUEST',
				`record limit reached. cannot submit more than ${COLLECTION} records in this operation`,
			);
		}
		const undo = this.#snapshot();
		const results = inputs.map((input) => {
			try {
				return { id: work(input), success: true, errors: [] as object[] };
			} catch (error) {
				if (!(error instanceof Refused)) throw error;
				const { errorCode, message, fields = [] } = error.error;
				return { success: false, errors: [{ statusCode: errorCode, message, fields }] as object[] };
			}
		});
		if (!allOrNone || results.every(({ success }) => success)) return json(results);
		undo();
		const rolledBack = {
			statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
			message:
				'Record rolled back because not all records were valid and the request was using AllOrNone header',
			fields: [],
		};
		return json(
			results.map((result) => (result.success ? { success: false, errors: [rolledBack] } : result)),
		);
	}

	/** Remembers the records as they are; the function puts them back. */
	#snapshot(): () => void {
		const objects = ['Contact', 'Lead', 'Account', 'Case'] as const;
		const before = objects.map((object) => {
			const table = this.#organization.table(object);
			return { table, rows: new Map([...table.all()].map((row) => [row, { ...row }] as const)) };
		});
		return () => {
			for (const { table, rows } of before) {
				for (const row of [...table.all()]) {
					const old = rows.get(row);
					if (!old) table.purge(row);
					else if (
						old.modifiedAt !== row.modifiedAt ||
						old.deleted !== row.deleted ||
						old.values !== row.values
					) {
						row.values = old.values;
						row.deleted = old.deleted;
						table.touch(row, old.modifiedAt);
					}
				}
			}
		};
	}

	/** Several calls as one; later ones may refer to earlier ones as @{name.id}. */
	#composite(call: ApiCall): SandboxReply {
		const { compositeRequest = [], allOrNone = false } = (call.body ?? {}) as {
			compositeRequest?: Array<{
				method: string;
				url: string;
				referenceId: string;
				body?: unknown;
				httpHeaders?: Record<string, string>;
			}>;
			allOrNone?: boolean;
		};
		if (compositeRequest.length > SUBREQUESTS) {
			throw new Refused(
				400,
				'LIMIT_EXCEEDED',
				`The number of subrequests in the composite request exceeds the limit of ${SUBREQUESTS}`,
			);
		}
		const undo = this.#snapshot();
		const bodies = new Map<string, unknown>();
		const responses = compositeRequest.map((part) => {
			const fill = (text: string): string =>
				text.replace(/@\{([^}]+)\}/g, (_, path: string) => String(valueAt(bodies, path)));
			const url = new URL(fill(part.url), 'http://sandbox');
			const reply = this.answer({
				...call,
				method: part.method,
				path: url.pathname.split('/').slice(4),
				query: url.searchParams,
				body: part.body === undefined ? undefined : JSON.parse(fill(JSON.stringify(part.body))),
			});
			bodies.set(part.referenceId, reply.body);
			return {
				body: (reply.body as object | undefined) ?? null,
				httpHeaders: {},
				httpStatusCode: reply.status,
				referenceId: part.referenceId,
			};
		});
		const failed = responses.some(({ httpStatusCode }) => httpStatusCode >= 400);
		if (!allOrNone || !failed) return json({ compositeResponse: responses });
		undo();
		const halted = [
			{
				errorCode: 'PROCESSING_HALTED',
				message:
					'The transaction was rolled back since another operation in the same transaction failed.',
			},
		];
		return json({
			compositeResponse: responses.map((response) =>
				response.httpStatusCode >= 400
					? response
					: { ...response, body: halted, httpStatusCode: 400 },
			),
		});
	}
}

function valueAt(bodies: ReadonlyMap<string, unknown>, path: string): unknown {
	const [reference = '', ...steps] = path.split(/[.[\]]+/).filter(Boolean);
	return steps.reduce<unknown>(
		(value, step) => (value as Record<string, unknown> | undefined)?.[step],
		bodies.get(reference),
	);
}

import type { SandboxReply } from '../service.ts';
import { json, notFound, Refused } from './answers.ts';
import type { ApiCall } from './call.ts';
import { eighteen, type ObjectName, objectOfId } from './ids.ts';
import type { Organization } from './organization.ts';
import type { Values } from './store.ts';
import { showRecord } from './show.ts';
import type { Upserter } from './upsert.ts';
import type { Writer } from './write.ts';

/** Salesforce: records in one collection call. */
const MOST_RECORDS = 200;

interface Body {
	readonly allOrNone?: boolean;
	readonly records?: readonly Values[];
	readonly ids?: readonly string[];
	readonly fields?: readonly string[];
}

interface Result {
	readonly id?: string;
	readonly success: boolean;
	readonly errors: readonly object[];
	readonly created?: boolean;
}

const ROLLED_BACK = {
	statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
	message:
		'Record rolled back because not all records were valid and the request was using AllOrNone header',
	fields: [],
};

/** sObject Collections: up to 200 records, each with its own result, HTTP 200 even when some failed. */
export class Collections {
	readonly #organization: Organization;
	readonly #writer: Writer;
	readonly #upserter: Upserter;

	constructor(organization: Organization, writer: Writer, upserter: Upserter) {
		this.#organization = organization;
		this.#writer = writer;
		this.#upserter = upserter;
	}

	/** `name` and `field` are what stands behind /composite/sobjects. */
	answer(call: ApiCall, name: string | undefined, field: string | undefined): SandboxReply {
		const body = (call.body ?? {}) as Body;
		const { records = [], allOrNone = false } = body;
		if (name !== undefined) {
			if (!this.#organization.schema.isObject(name)) throw notFound();
			if (field === undefined) return this.#retrieve(call, name, body);
			return this.#each(records, allOrNone, (record) =>
				this.#upserter.ofRecord(name, field, record),
			);
		}
		switch (call.method) {
			case 'POST':
				return this.#each(records, allOrNone, (record) => ({
					id: this.#writer.create(this.#objectOf(record), record).id,
				}));
			case 'PATCH':
				return this.#each(records, allOrNone, (record) => {
					const id = idOf(record);
					return { id: this.#writer.update(this.#objectOf(record), id, record).id };
				});
			case 'DELETE': {
				const ids = (call.query.get('ids') ?? '').split(',').filter(Boolean);
				return this.#each(ids, call.query.get('allOrNone') === 'true', (id) => {
					this.#writer.remove(knownObject(id), id);
					return { id: eighteen(id) };
				});
			}
			default:
				throw new Refused(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed.`);
		}
	}

	/** Records in the order of the ids; null for what is not there. */
	#retrieve(call: ApiCall, name: ObjectName, body: Body): SandboxReply {
		const listed = (key: string): string[] | undefined => call.query.get(key)?.split(',');
		const fields = body.fields ?? listed('fields') ?? [];
		const records = (body.ids ?? listed('ids') ?? []).map((id) => {
			const row = this.#organization.find(name, eighteen(id));
			return row && !row.deleted ? showRecord(this.#organization, row, call.version, fields) : null;
		});
		return json(records);
	}

	#objectOf(record: Values): ObjectName {
		const { type = '' } = (record['attributes'] ?? {}) as { type?: string };
		if (this.#organization.schema.isObject(type)) return type;
		throw new Refused(400, 'INVALID_TYPE', `sObject type '${type}' is not supported.`);
	}

	#each<T>(
		inputs: readonly T[],
		allOrNone: boolean,
		work: (input: T) => { readonly id: string; readonly created?: boolean },
	): SandboxReply {
		if (inputs.length > MOST_RECORDS) {
			const message = `record limit reached. cannot submit more than ${MOST_RECORDS} records into this call`;
			throw new Refused(400, 'EXCEEDED_ID_LIMIT', message);
		}
		let results: Result[] = [];
		const kept = this.#organization.transaction(() => {
			results = inputs.map((input) => resultOf(() => work(input)));
			return !allOrNone || results.every(({ success }) => success);
		});
		if (kept) return json(results);
		return json(
			results.map((result) =>
				result.success ? { success: false, errors: [ROLLED_BACK] } : result,
			),
		);
	}
}

function resultOf(work: () => { readonly id: string; readonly created?: boolean }): Result {
	try {
		const { id, ...more } = work();
		return { id, success: true, errors: [], ...more };
	} catch (error) {
		if (!(error instanceof Refused)) throw error;
		const { errorCode, message, fields = [] } = error.error;
		// The body is read before any record is: one value of a wrong form refuses all (reference:
		// salesforce 3.2, malformed request).
		if (errorCode === 'JSON_PARSER_ERROR') throw error;
		// Captured: an id that does not exist, in a collection.
		if (errorCode === 'NOT_FOUND')
			return failed('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
		return failed(errorCode, message, fields);
	}
}

const failed = (statusCode: string, message: string, fields: readonly string[] = []): Result => ({
	success: false,
	errors: [{ statusCode, message, fields }],
});

function knownObject(id: string): ObjectName {
	const object = objectOfId(id);
	if (object) return object;
	throw new Refused(400, 'MALFORMED_ID', `malformed id ${id}`);
}

/** Clients write `Id` and `id`. */
function idOf(record: Values): string {
	const id = record['Id'] ?? record['id'];
	return typeof id === 'string' ? id : '';
}

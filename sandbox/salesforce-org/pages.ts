import type { SandboxReply } from '../service.ts';
import { json, Refused } from './answers.ts';
import type { ApiCall } from './call.ts';
import type { Organization } from './organization.ts';
import { type QueryResult, runQuery } from './query.ts';

/** Salesforce: 2,000 rows a page, 200 at least when fewer are asked for. */
const PAGE = 2000;
const SMALLEST_PAGE = 200;
/** Salesforce keeps locators for two days; here the latest stay. */
const MOST_LOCATORS = 50;

interface Locator {
	readonly result: QueryResult;
	readonly size: number;
}

/** query, queryAll and their further pages. */
export class Pages {
	readonly #organization: Organization;
	readonly #locators = new Map<string, Locator>();
	#issued = 0;

	constructor(organization: Organization) {
		this.#organization = organization;
	}

	/** From now on every locator that was given out is refused. */
	forget(): void {
		this.#locators.clear();
	}

	query(call: ApiCall, all: boolean): SandboxReply {
		const soql = call.query.get('q');
		if (soql === null)
			throw new Refused(400, 'MALFORMED_QUERY', 'A query string has to be specified');
		const result = runQuery(this.#organization, soql, all, call.version);
		const { count } = result;
		if (count !== undefined) return json({ totalSize: count, done: true, records: [] });
		const options = call.headers['sforce-query-options'] ?? '';
		const asked = Number(/batchSize=(\d+)/i.exec(options)?.[1] ?? PAGE);
		const size = Math.min(PAGE, Math.max(SMALLEST_PAGE, asked));
		if (result.size <= size) {
			return json({ totalSize: result.size, done: true, records: result.records });
		}
		return this.#page(call, this.#keep({ result, size }), 0);
	}

	more(call: ApiCall, locator: string): SandboxReply {
		const [, id = '', offset = ''] = /^(\w+)-(\d+)$/.exec(locator) ?? [];
		return this.#page(call, id, Number(offset));
	}

	#keep(locator: Locator): string {
		const id = `0r8SB${String(this.#issued++).padStart(10, '0')}AAA`;
		this.#locators.set(id, locator);
		const [oldest] = this.#locators.keys();
		if (oldest !== undefined && this.#locators.size > MOST_LOCATORS) this.#locators.delete(oldest);
		return id;
	}

	#page(call: ApiCall, id: string, offset: number): SandboxReply {
		const found = this.#locators.get(id);
		if (!found) throw new Refused(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
		const { result, size } = found;
		const done = offset + size >= result.size;
		const next = `/services/data/v${call.version}/query/${id}-${offset + size}`;
		return json({
			totalSize: result.size,
			done,
			...(!done && { nextRecordsUrl: next }),
			records: result.page(offset, offset + size),
		});
	}
}

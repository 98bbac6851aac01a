import type { SandboxClock, SandboxReply, SandboxRequest, Service } from '../service.ts';
import { errorReply, json, notFound, Refused, sessionInvalid } from './answers.ts';
import { Api } from './api.ts';
import { readContactsCsv } from './csv.ts';
import { Edits, insert, seed } from './edits.ts';
import type { ObjectName } from './ids.ts';
import { JWT_PRIVATE_KEY, Login, SALESFORCE_LOGIN } from './login.ts';
import { Organization, ORGANIZATION_ID, USER_ID } from './organization.ts';
import type { Row } from './store.ts';
import { Writer } from './write.ts';

const DATA = '/services/data';
const OLDEST_VERSION = 50;
const NEWEST_VERSION = 68;

export interface SalesforceOptions {
	readonly clock: SandboxClock;
	readonly seed: 'developer-edition' | 'empty';
	/** Contacts with Salesforce headings instead of the sample's. */
	readonly contactsCsv?: string;
}

type Values = Readonly<Record<string, unknown>>;

class Salesforce {
	readonly #organization: Organization;
	readonly #api: Api;
	readonly #edits: Edits;
	readonly #login: Login;
	#used = 0;
	#limit = 100_000;

	constructor({ clock, seed: kind, contactsCsv }: SalesforceOptions) {
		this.#organization = new Organization(clock);
		const writer = new Writer(this.#organization);
		this.#api = new Api(this.#organization, writer);
		this.#edits = new Edits(this.#organization, writer);
		this.#login = new Login(clock);
		if (kind === 'developer-edition') seed(this.#organization, contactsCsv === undefined);
		if (contactsCsv !== undefined) this.#bring(contactsCsv);
	}

	handle(request: SandboxRequest): SandboxReply {
		switch (`${request.method} ${request.path}`) {
			case 'POST /services/oauth2/token':
				return this.#login.token(request);
			case 'GET /services/oauth2/authorize':
				return this.#login.authorize(request);
			case 'GET /services/data':
			case 'GET /services/data/':
				return json(versions());
		}
		if (!this.#login.isValid(request.headers['authorization'])) return errorReply(sessionInvalid());
		if (request.path === '/services/oauth2/userinfo' || request.path.startsWith('/id/'))
			return json(userInfo());
		return this.#data(request);
	}

	#data(request: SandboxRequest): SandboxReply {
		const [, version = '', rest = ''] =
			/^\/services\/data\/v(\d+\.0)(?:\/(.*))?$/.exec(request.path) ?? [];
		const number = Number(version);
		if (!(number >= OLDEST_VERSION && number <= NEWEST_VERSION)) return errorReply(notFound());
		const headers = { 'sforce-limit-info': `api-usage=${this.#used + 1}/${this.#limit}` };
		if (this.#used >= this.#limit) {
			return {
				...errorReply(new Refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')),
				headers,
			};
		}
		this.#used += 1;
		if (rest === 'limits') return { ...json(this.#limits()), headers };
		const body = bodyOf(request.body);
		if (body === BAD_JSON) {
			return {
				...errorReply(
					new Refused(400, 'JSON_PARSER_ERROR', 'Unexpected character at [line:1, column:1]'),
				),
				headers,
			};
		}
		const path = rest.split('/').filter(Boolean).map(decodeURIComponent);
		const reply = this.#api.answer({
			method: request.method,
			path,
			query: request.query,
			body,
			version,
			headers: request.headers,
		});
		return { ...reply, headers: { ...headers, ...reply.headers } };
	}

	#limits(): object {
		const both = (max: number, remaining = max): object => ({ Max: max, Remaining: remaining });
		return {
			DailyApiRequests: both(this.#limit, this.#limit - this.#used),
			DailyBulkV2QueryJobs: both(10_000),
			DailyBulkV2QueryFileStorageMB: both(976_562),
		};
	}

	#bring(csv: string): { accepted: number; refused: number } {
		const { accepted, refused } = readContactsCsv(csv);
		const now = this.#organization.stamp();
		for (const values of accepted) insert(this.#organization, 'Contact', values, now);
		return { accepted: accepted.length, refused: refused.length };
	}

	#show(row: Row): Record<string, unknown> {
		const fields = this.#organization.schema.visible(row.object);
		return Object.fromEntries(
			fields.map((field) => [field.name, this.#organization.value(row, field)]),
		);
	}

	#count(object: ObjectName): object {
		const rows = [...this.#organization.table(object).all()];
		const deleted = rows.filter((row) => row.deleted).length;
		return { live: rows.length - deleted, deleted };
	}

	readonly admin = {
		state: (_: object): object => ({
			organizationId: ORGANIZATION_ID,
			contacts: this.#count('Contact'),
			leads: this.#count('Lead'),
			accounts: this.#count('Account'),
			cases: this.#count('Case'),
			apiUsage: `${this.#used}/${this.#limit}`,
		}),
		/** Records that are not deleted, with all their fields; with `ids` also deleted ones. */
		records: ({
			object,
			ids,
		}: {
			object: ObjectName;
			ids?: readonly string[];
		}): Array<Record<string, unknown>> => {
			const table = this.#organization.table(object);
			const rows = ids
				? ids.flatMap((id) => table.get(id) ?? [])
				: [...table.all()].filter(({ deleted }) => !deleted);
			return rows.map((row) => this.#show(row));
		},
		create: ({ object, values }: { object: string; values: Values }): object =>
			this.#edits.create(object, values),
		update: ({
			object,
			id,
			values = {},
		}: {
			object: string;
			id: string;
			values?: Values;
		}): object => this.#edits.update(object, id, values),
		delete: ({ object, id }: { object: string; id: string }): object =>
			this.#edits.remove(object, id),
		undelete: ({ object, id }: { object: string; id: string }): object =>
			this.#edits.undelete(object, id),
		hardDelete: ({ object, id }: { object: string; id: string }): object =>
			this.#edits.hardDelete(object, id),
		merge: ({
			object,
			winner,
			losers,
			values = {},
		}: {
			object: string;
			winner: string;
			losers: readonly string[];
			values?: Values;
		}): object => this.#edits.merge(object, winner, losers, values),
		convert: ({ id }: { id: string }): object => this.#edits.convert(id),
		lateCommit: ({
			object,
			values,
			seconds,
		}: {
			object: string;
			values: Values;
			seconds: number;
		}): object => this.#edits.lateCommit(object, values, seconds),
		load: ({ contacts, seed: number = 1 }: { contacts: number; seed?: number }): object =>
			this.#edits.load(contacts, number),
		importCsv: ({ csv }: { csv: string }): object => this.#bring(csv),
		expireSessions: (_: object): object => {
			this.#login.expireSessions();
			return {};
		},
		revokeRefreshTokens: (_: object): object => {
			this.#login.revokeRefreshTokens();
			return {};
		},
		forgetLocators: (_: object): object => {
			this.#api.forgetLocators();
			return {};
		},
		jwtKey: (_: object): object => ({
			privateKey: JWT_PRIVATE_KEY,
			userName: SALESFORCE_LOGIN.userName,
		}),
		hideField: ({
			object,
			field,
			hidden = true,
		}: {
			object: ObjectName;
			field: string;
			hidden?: boolean;
		}): object => {
			this.#organization.schema.hide(object, field, hidden);
			return { object, field, hidden };
		},
		/** `line` as in fieldLines.ts: name|label|type|length|flags|more. */
		addField: ({ object, line }: { object: ObjectName; line: string }): object => {
			this.#organization.schema.add(object, line);
			return { object, line };
		},
		removeField: ({ object, field }: { object: ObjectName; field: string }): object => {
			this.#organization.schema.remove(object, field);
			return { object, field };
		},
		setLimit: ({ limit, used = 0 }: { limit: number; used?: number }): object => {
			this.#limit = limit;
			this.#used = used;
			return { limit, used };
		},
	};
}

const BAD_JSON = Symbol('bad JSON');

function bodyOf(body: Buffer): unknown {
	if (body.length === 0) return undefined;
	try {
		return JSON.parse(body.toString('utf8'));
	} catch {
		return BAD_JSON;
	}
}

function versions(): object[] {
	return Array.from({ length: NEWEST_VERSION - OLDEST_VERSION }, (_, at) => {
		const version = `${OLDEST_VERSION + at}.0`;
		return { label: `Version ${version}`, url: `${DATA}/v${version}`, version };
	});
}

const userInfo = (): object => ({
	sub: `${ORGANIZATION_ID}/${USER_ID}`,
	user_id: USER_ID,
	organization_id: ORGANIZATION_ID,
	preferred_username: SALESFORCE_LOGIN.userName,
});

export interface SalesforceService extends Service {
	readonly name: 'salesforce';
	readonly admin: Salesforce['admin'];
}

/** A simulated Salesforce organisation. */
export function createSalesforce(options: SalesforceOptions): SalesforceService {
	const salesforce = new Salesforce(options);
	return {
		name: 'salesforce',
		serves: (path) => path.startsWith('/services/') || path.startsWith('/id/'),
		handle: (request) => salesforce.handle(request),
		bucket: ({ path }) => (path.startsWith('/services/oauth2') || path === DATA ? 'login' : 'api'),
		admin: salesforce.admin,
	};
}

import type { SandboxReply } from '../service.ts';
import { errorReply, json, noContent, notFound, Refused } from './answers.ts';
import { Bulk } from './bulk/bulk.ts';
import type { ApiCall } from './call.ts';
import { Collections } from './collections.ts';
import { composite } from './composite.ts';
import { describeBriefly, describeGlobal, describeObject } from './describe.ts';
import type { ObjectName } from './ids.ts';
import type { Organization } from './organization.ts';
import { Pages } from './pages.ts';
import { replication } from './replication.ts';
import { recordUrl, showRecord } from './show.ts';
import type { Values } from './store.ts';
import { Upserter } from './upsert.ts';
import type { Usage } from './usage.ts';
import type { Writer } from './write.ts';

const RESOURCES = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'jobs'] as const;

/** The REST API below /services/data/vXX.X. */
export class Api {
	readonly bulk: Bulk;
	readonly #organization: Organization;
	readonly #writer: Writer;
	readonly #usage: Usage;
	readonly #upserter: Upserter;
	readonly #collections: Collections;
	readonly #pages: Pages;

	constructor(organization: Organization, writer: Writer, usage: Usage) {
		this.#organization = organization;
		this.#writer = writer;
		this.#usage = usage;
		this.#upserter = new Upserter(organization, writer);
		this.#collections = new Collections(organization, writer, this.#upserter);
		this.#pages = new Pages(organization);
		this.bulk = new Bulk(organization, writer, this.#upserter, usage);
	}

	forgetLocators(): void {
		this.#pages.forget();
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
		const [resource, second, third, fourth] = call.path;
		switch (resource) {
			case undefined:
				return json(Object.fromEntries(RESOURCES.map((name) => [name, urlOf(call, name)])));
			case 'query':
			case 'queryAll':
				if (second !== undefined) return this.#pages.more(call, second);
				return this.#pages.query(call, resource === 'queryAll');
			case 'sobjects':
				return second === undefined
					? json(describeGlobal(call.version))
					: this.#object(call, second);
			case 'limits':
				return json(this.#usage.limits());
			case 'composite':
				if (second === undefined) {
					return composite(this.#organization, call, (part) => this.answer(part));
				}
				if (second === 'sobjects') return this.#collections.answer(call, third, fourth);
				throw notFound();
			case 'jobs':
				return this.bulk.answer(call);
			default:
				throw notFound();
		}
	}

	#object(call: ApiCall, nameInUrl: string): SandboxReply {
		const { schema } = this.#organization;
		const name = schema.object(nameInUrl);
		if (!name) throw notFound();
		const [, , id, value] = call.path;
		if (id === 'describe') return json(describeObject(schema, name, call.version));
		if (id === 'updated' || id === 'deleted')
			return replication(this.#organization, call, name, id);
		if (id === undefined) return this.#whole(call, name);
		return value === undefined ? this.#record(call, name, id) : this.#lookup(call, name, id, value);
	}

	#whole(call: ApiCall, name: ObjectName): SandboxReply {
		if (call.method === 'GET') {
			const objectDescribe = describeBriefly(name, call.version);
			return json({ objectDescribe, recentItems: [] });
		}
		if (call.method !== 'POST') throw notAllowed(call.method, 'HEAD,GET,POST');
		return createdReply(call, name, this.#writer.create(name, call.body).id);
	}

	#record(call: ApiCall, name: ObjectName, id: string): SandboxReply {
		switch (call.method) {
			case 'GET': {
				const fields = call.query.get('fields')?.split(',');
				const row = this.#writer.live(name, id);
				return json(showRecord(this.#organization, row, call.version, fields));
			}
			case 'PATCH':
				this.#writer.update(name, id, call.body);
				return noContent;
			case 'DELETE':
				this.#writer.remove(name, id);
				return noContent;
			default:
				throw notAllowed(call.method, 'HEAD,GET,PATCH,DELETE');
		}
	}

	/** A record by a field that identifies it: /sobjects/Contact/Email/a%40b.example. */
	#lookup(call: ApiCall, name: ObjectName, field: string, value: string): SandboxReply {
		const found = this.#upserter.find(name, field, value);
		if (found.length > 1)
			return json(
				found.map((row) => recordUrl(row, call.version)),
				300,
			);
		const [row] = found;
		if (call.method === 'PATCH') {
			const { id, created } = this.#upserter.upsert(
				name,
				field,
				value,
				(call.body ?? {}) as Values,
			);
			if (created) return createdReply(call, name, id, { created });
			return json({ id, success: true, errors: [], created });
		}
		if (!row) throw notFound();
		return this.#record(call, name, row.id);
	}
}

const urlOf = ({ version }: ApiCall, name: string): string => `/services/data/v${version}/${name}`;

const createdReply = (call: ApiCall, object: ObjectName, id: string, more = {}): SandboxReply => ({
	status: 201,
	headers: { location: recordUrl({ object, id }, call.version) },
	body: { id, success: true, errors: [], ...more },
});

const notAllowed = (method: string, allowed: string): Refused =>
	new Refused(
		405,
		'METHOD_NOT_ALLOWED',
		`HTTP Method '${method}' not allowed. Allowed are ${allowed}`,
	);

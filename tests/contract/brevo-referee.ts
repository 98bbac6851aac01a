import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { SandboxReply, SandboxRequest } from '../../sandbox/service.ts';

/** Brevo's own OpenAPI description; not part of this repository. */
const SPEC = path.join(__dirname, '../../../shared/reference/brevo-openapi.json');
export const hasSpec = existsSync(SPEC);

type Json = Readonly<Record<string, unknown>>;
const BASE = 'http://brevo/openapi';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;

interface Operation {
	readonly method: string;
	readonly template: string;
	readonly parts: readonly string[];
	/** JSON pointer of the operation. */
	readonly pointer: string;
}

/** Where Brevo's description is wrong: `METHOD template: words of the violation`, and why. */
const EXCEPTIONS: ReadonlyArray<readonly [where: RegExp, why: string]> = [
	[
		/contacts\/(add|remove): answer 201 \/contacts\/(success|failure) must match exactly one/,
		'an empty list fits every variant of the oneOf (e-mails, ids), so it fits none',
	],
	[
		/contacts\/(add|remove): answer 201 \/contacts\/(success|failure)\/0 must match format "email"/,
		'the schema forgets extIds, which its own example extIdsArray has',
	],
];

/** Judges requests and answers by Brevo's own description. */
export class BrevoReferee {
	readonly violations: string[] = [];
	/** Operations that were seen, with the status of the answer. */
	readonly seen = new Set<string>();
	readonly #document: Json;
	readonly #ajv = new Ajv({
		strict: false,
		validateSchema: false,
		logger: false,
		coerceTypes: true,
	});
	readonly #strict = new Ajv({ strict: false, validateSchema: false, logger: false });
	readonly #compiled = new Map<Ajv, Map<string, ValidateFunction>>();
	readonly #operations: readonly Operation[];

	constructor() {
		this.#document = JSON.parse(readFileSync(SPEC, 'utf8')) as Json;
		for (const ajv of [this.#ajv, this.#strict]) {
			addFormats(ajv);
			ajv.addSchema(this.#document, BASE);
		}
		const paths = this.#document['paths'] as Record<string, Json>;
		this.#operations = Object.entries(paths)
			.flatMap(([template, operations]) =>
				METHODS.filter((method) => method.toLowerCase() in operations).map((method) => ({
					method,
					template,
					parts: template.slice(1).split('/'),
					pointer: `/paths/${escaped(template)}/${method.toLowerCase()}`,
				})),
			)
			// Fixed paths win over parameters.
			.sort((a, b) => a.template.split('{').length - b.template.split('{').length);
	}

	/** Takes note of one exchange. */
	judge(request: SandboxRequest, reply: SandboxReply): void {
		const parts = request.path.replace(/^\/v3\//, '').split('/');
		const operation = this.#operations.find(
			({ method, parts: wanted }) =>
				method === request.method &&
				wanted.length === parts.length &&
				wanted.every((part, at) => part.startsWith('{') || part === parts[at]),
		);
		if (!operation) {
			this.violations.push(`${request.method} ${request.path}: not in the description`);
			return;
		}
		this.seen.add(`${operation.method} ${operation.template} ${reply.status}`);
		const problems = [
			...(reply.status < 400 ? this.#parameters(operation, parts, request.query) : []),
			...(reply.status < 400 ? this.#requestBody(operation, request.body) : []),
			...this.#answer(operation, reply),
		];
		for (const problem of problems) {
			const violation = `${operation.method} ${operation.template}: ${problem}`;
			if (!EXCEPTIONS.some(([where]) => where.test(violation))) this.violations.push(violation);
		}
	}

	#at(pointer: string): unknown {
		let value: unknown = this.#document;
		for (const part of pointer.split('/').slice(1))
			value = (value as Json | undefined)?.[part.replace(/~1/g, '/').replace(/~0/g, '~')];
		return value;
	}

	/** The pointer behind a $ref. */
	#resolved(pointer: string): string {
		const { $ref } = (this.#at(pointer) ?? {}) as { $ref?: string };
		return $ref === undefined ? pointer : this.#resolved($ref.slice(1));
	}

	#schema(pointer: string, ajv = this.#strict): ValidateFunction {
		const compiled = this.#compiled.get(ajv)?.get(pointer);
		if (compiled) return compiled;
		const check = ajv.compile({ $ref: `${BASE}#${encodeURI(pointer)}` });
		const of = this.#compiled.get(ajv) ?? new Map<string, ValidateFunction>();
		this.#compiled.set(ajv, of.set(pointer, check));
		return check;
	}

	*#parameters(
		{ pointer, parts: wanted }: Operation,
		parts: readonly string[],
		query: URLSearchParams,
	): Generator<string> {
		const parameters = (this.#at(`${pointer}/parameters`) ?? []) as readonly Json[];
		const known = new Set<string>();
		for (const at of parameters.keys()) {
			const where = this.#resolved(`${pointer}/parameters/${at}`);
			const {
				name = '',
				in: place,
				required,
			} = this.#at(where) as {
				name?: string;
				in?: string;
				required?: boolean;
			};
			known.add(name);
			const text =
				place === 'path' ? decodeURIComponent(parts[wanted.indexOf(`{${name}}`)] ?? '') : null;
			const values = place === 'query' ? query.getAll(name) : text === null ? [] : [text];
			if (values.length === 0) {
				if (required && place !== 'header') yield `parameter ${name} is missing`;
				continue;
			}
			const isList = (this.#at(`${where}/schema`) as Json | undefined)?.['type'] === 'array';
			const check = this.#schema(`${where}/schema`, this.#ajv);
			const plain = this.#schema(`${where}/schema`);
			// As text first: "4711" as a number too would be two variants of a oneOf.
			const value = isList ? values : values[0];
			if (!plain(value) && !check(value)) yield `parameter ${name} ${this.#told(check)}`;
		}
		for (const name of query.keys()) if (!known.has(name)) yield `parameter ${name} is unknown`;
	}

	*#requestBody({ pointer }: Operation, body: Buffer): Generator<string> {
		const declared = this.#at(`${pointer}/requestBody`) !== undefined;
		if (!declared) {
			if (body.length > 0) yield 'a body is sent, none is described';
			return;
		}
		const where = `${this.#resolved(`${pointer}/requestBody`)}/content/application~1json/schema`;
		if (body.length === 0) return;
		yield* this.#body('request', where, JSON.parse(body.toString('utf8')));
	}

	*#answer({ pointer }: Operation, { status, body }: SandboxReply): Generator<string> {
		if (this.#at(`${pointer}/responses/${status}`) === undefined) {
			yield `answer ${status} is not described`;
			return;
		}
		const content = `${this.#resolved(`${pointer}/responses/${status}`)}/content`;
		const where = `${content}/application~1json/schema`;
		if (this.#at(where) === undefined) {
			if (body !== undefined && JSON.stringify(body) !== '{}')
				yield `answer ${status} has a body, none is described`;
			return;
		}
		// As it goes over the wire.
		yield* this.#body(`answer ${status}`, where, JSON.parse(JSON.stringify(body ?? null)));
	}

	*#body(what: string, pointer: string, value: unknown): Generator<string> {
		const check = this.#schema(pointer);
		if (!check(value)) yield `${what} ${this.#told(check)}`;
		const names = this.#names(pointer);
		if (!names || typeof value !== 'object' || value === null || Array.isArray(value)) return;
		for (const key of Object.keys(value))
			if (!names.has(key)) yield `${what} has ${key}, which is not described`;
	}

	/** Property names at the top of a schema, through allOf, anyOf and oneOf; undefined: open. */
	#names(pointer: string): Set<string> | undefined {
		const where = this.#resolved(pointer);
		const schema = this.#at(where) as Json;
		const names = new Set(Object.keys((schema['properties'] as Json | undefined) ?? {}));
		for (const kind of ['allOf', 'anyOf', 'oneOf']) {
			const variants = (schema[kind] ?? []) as readonly unknown[];
			for (const at of variants.keys())
				for (const name of this.#names(`${where}/${kind}/${at}`) ?? []) names.add(name);
		}
		return names.size > 0 ? names : undefined;
	}

	/** In words, without the value. */
	#told({ errors }: ValidateFunction): string {
		return (errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`).join('; ');
	}
}

const escaped = (name: string): string => name.replace(/~/g, '~0').replace(/\//g, '~1');

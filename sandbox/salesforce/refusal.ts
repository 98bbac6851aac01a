import type { SandboxReply } from '../service.ts';

/** A request or a row that Salesforce does not accept, as it says so. */
export class Refusal extends Error {
	readonly code: string;
	readonly status: number;
	/** Absent: the answer has no `fields` at all. */
	readonly fields: readonly string[] | undefined;

	constructor(code: string, message: string, { status = 400, fields }: RefusalOptions = {}) {
		super(message);
		this.name = 'Refusal';
		this.code = code;
		this.status = status;
		this.fields = fields;
	}
}

export interface RefusalOptions {
	readonly status?: number;
	readonly fields?: readonly string[];
}

/** Single requests and queries: an array of one. */
export const refusalBody = ({ message, code, fields }: Refusal): object => [
	{ message, errorCode: code, ...(fields && { fields }) },
];

export const refusalReply = (refusal: Refusal): SandboxReply => ({
	status: refusal.status,
	body: refusalBody(refusal),
});

/** Within collections the code goes by another name. */
export const rowError = ({ message, code, fields = [] }: Refusal): object => ({
	statusCode: code,
	message,
	fields,
});

export const notFound = (): Refusal =>
	new Refusal('NOT_FOUND', 'The requested resource does not exist', { status: 404 });

export const entityIsDeleted = (): Refusal =>
	new Refusal('ENTITY_IS_DELETED', 'entity is deleted', { status: 404, fields: [] });

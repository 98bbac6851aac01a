import type { SandboxReply } from '../service.ts';

/** One error of the REST API: an array of these is the body (reference: salesforce 3.2). */
export interface ApiError {
	readonly message: string;
	readonly errorCode: string;
	readonly fields?: readonly string[];
}

/** Thrown inside the organisation, answered as Salesforce does. */
export class Refused extends Error {
	readonly status: number;
	readonly error: ApiError;

	constructor(status: number, errorCode: string, message: string, fields?: readonly string[]) {
		super(message);
		this.status = status;
		this.error = { message, errorCode, ...(fields && { fields }) };
	}
}

export const errorReply = ({ status, error }: Refused): SandboxReply => ({ status, body: [error] });

export const notFound = (): Refused =>
	new Refused(404, 'NOT_FOUND', 'The requested resource does not exist');
export const sessionInvalid = (): Refused =>
	new Refused(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
export const json = (body: object, status = 200): SandboxReply => ({ status, body });
export const noContent: SandboxReply = { status: 204 };

/** "2026-11-20T09:00:00.000+0000", as REST writes times. */
export const restTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

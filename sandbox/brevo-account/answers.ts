import type { SandboxReply } from '../service.ts';

/** Brevo OpenAPI: errors are {code, message}, for contacts with optional metadata. */
export function refusal(
	status: number,
	code: string,
	message: string,
	metadata?: object,
): SandboxReply {
	return { status, body: { code, message, ...(metadata && { metadata }) } };
}

export const invalid = (message: string): SandboxReply =>
	refusal(400, 'invalid_parameter', message);
export const missing = (message: string): SandboxReply =>
	refusal(400, 'missing_parameter', message);
export const notFound = (message: string): SandboxReply =>
	refusal(404, 'document_not_found', message);
export const ok = (body: object): SandboxReply => ({ status: 200, body });
export const created = (body: object): SandboxReply => ({ status: 201, body });
export const noContent: SandboxReply = { status: 204 };

/** Seen on pipedream#11927. */
export const noContact = notFound('Contact does not exist');
/** Seen on pipedream#15034 (create) and pass-culture-main#22628 (update). */
export const duplicate = (
	during: 'create' | 'update',
	identifiers: readonly string[],
): SandboxReply =>
	refusal(
		400,
		'duplicate_parameter',
		`Unable to ${during} contact, ${identifiers.join(', ')} is already associated with another Contact`,
		{ duplicate_identifiers: identifiers },
	);

/** A whole number from a query, within bounds; undefined when it is nonsense. */
export function count(text: string | null, fallback: number, most: number): number | undefined {
	if (text === null) return fallback;
	const value = Number(text);
	return Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;
}

import { isObject } from './answers.ts';

/** What an event says, as far as it can be trusted: whose contact to look at. */
export interface EventHint {
	/** In lower case. */
	readonly email?: string;
	readonly extId?: string;
	/** Name of the API key that made the change; '' for a person's, absent in older events. */
	readonly byApi?: string;
}

/**
 * Whom the events of a webhook are about: one event, or a batch. Bodies differ by event and by age
 * (brevo.md 2.11), so nothing in them is relied on but an address. Never throws.
 */
export const hintsOf = (body: unknown): EventHint[] =>
	(Array.isArray(body) ? body : [body]).filter(isObject).flatMap(hintsOfEvent);

function hintsOfEvent(event: Readonly<Record<string, unknown>>): EventHint[] {
	const { api_key_name: byApi, ext_id: extId } = event;
	const content = Array.isArray(event['content']) ? event['content'].filter(isObject) : [];
	const emails = new Set([event, ...content].flatMap(({ email }) => addresses(email)));
	const more = {
		...(typeof byApi === 'string' && { byApi }),
		...(typeof extId === 'string' && extId !== '' && { extId }),
	};
	if (emails.size === 0) return 'event' in event ? [more] : [];
	return [...emails].map((email) => ({ email, ...more }));
}

const addresses = (email: unknown): string[] =>
	(Array.isArray(email) ? (email as unknown[]) : [email])
		.filter((one): one is string => typeof one === 'string' && one.includes('@'))
		.map((one) => one.trim().toLowerCase());

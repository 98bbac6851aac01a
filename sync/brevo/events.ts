import { isObject } from './answers.ts';

/** What an event says, as far as it can be trusted: whose contact to look at. */
export interface EventHint {
	/** For people and logs; what really happened is what Brevo has now. */
	readonly kind: EventKind;
	/** In lower case. */
	readonly email?: string;
	readonly extId?: string;
	/** Name of the API key that made the change; '' for a person's, absent in older events. */
	readonly byApi?: string;
}

export type EventKind = 'updated' | 'deleted' | 'listed' | 'unsubscribed' | 'other';

/** Without case and `_`: the API says contactUpdated, the wire contact_updated. */
const KINDS = new Map<string, EventKind>([
	['contactupdated', 'updated'],
	['contactdeleted', 'deleted'],
	['listaddition', 'listed'],
	['unsubscribed', 'unsubscribed'],
	// Captured 2019; the documentation has the other word.
	['unsubscribe', 'unsubscribed'],
]);

type Json = Readonly<Record<string, unknown>>;

/**
 * Whom the events of a webhook are about: one event, or a batch. Bodies differ by event and by age
 * (brevo.md 2.11), so nothing in them is relied on but an address. An event that names nobody is a
 * hint without `email`. Never throws.
 */
export const hintsOf = (body: unknown): EventHint[] => objects(body).flatMap(hintsOfEvent);

function hintsOfEvent(event: Json): EventHint[] {
	const { event: name, api_key_name: byApi } = event;
	const more = {
		kind:
			KINDS.get(typeof name === 'string' ? name.toLowerCase().replaceAll('_', '') : '') ?? 'other',
		...(typeof byApi === 'string' && { byApi }),
	};
	const entries = [event, ...objects(event['content'])];
	const emails = new Set(entries.flatMap(({ email }) => addresses(email)));
	const extIds = new Set(entries.flatMap(extIdOf));
	// With several contacts in one event nobody says which id is whose.
	const [extId] = emails.size <= 1 && extIds.size === 1 ? extIds : [];
	const named = { ...more, ...(extId !== undefined && { extId }) };
	if (emails.size === 0) return 'event' in event || extId !== undefined ? [named] : [];
	return [...emails].map((email) => ({ email, ...named }));
}

const objects = (value: unknown): Json[] =>
	(Array.isArray(value) ? (value as unknown[]) : [value]).filter(isObject);

function extIdOf({ ext_id: extId, attributes }: Json): string[] {
	const found = extId ?? (isObject(attributes) ? attributes['EXT_ID'] : undefined);
	return typeof found === 'string' && found !== '' ? [found] : [];
}

const addresses = (email: unknown): string[] =>
	(Array.isArray(email) ? (email as unknown[]) : [email])
		.filter((one): one is string => typeof one === 'string' && one.includes('@'))
		.map((one) => one.trim().toLowerCase());

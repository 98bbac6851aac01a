/** What a write sends, as far as it decides whether Brevo would change anything. */
export interface CanonicalInput {
	readonly email?: string;
	readonly ext_id?: string;
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly listIds?: readonly number[];
	readonly emailBlacklisted?: boolean;
	readonly smsBlacklisted?: boolean;
}

const PHONES: ReadonlySet<string> = new Set(['SMS', 'WHATSAPP', 'LANDLINE_NUMBER']);

/**
 * Brevo reference: GET gives phones as digits only ("33689965433"), whatever was sent; no country
 * code starts with 0.
 */
export const phoneDigits = (text: string): string => text.replace(/\D/g, '').replace(/^0+/, '');

/** Order of texts that is the same on every machine. */
export const byText = (left: string, right: string): number =>
	left < right ? -1 : left > right ? 1 : 0;

function canonicalAttribute(name: string, value: unknown): unknown {
	// JSON sends NaN and Infinity as null.
	if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
	if (typeof value === 'string') {
		const text = value.trim();
		return PHONES.has(name) ? phoneDigits(text) : text;
	}
	// Options of a multiple choice are a set.
	if (Array.isArray(value)) return [...new Set(value.map(String))].sort(byText);
	return value;
}

/**
 * One text for all spellings of a value that leave the attribute in the same state; '' when it is
 * empty. For what is about to be sent; `canonicalValue` does the same for what Brevo answers.
 */
export function canonicalText(name: string, value: unknown): string {
	const canonical = canonicalAttribute(name, value ?? '');
	if (Array.isArray(canonical)) return canonical.length === 0 ? '' : JSON.stringify(canonical);
	return name === 'EMAIL' ? String(canonical).toLowerCase() : String(canonical);
}

/**
 * One JSON text for all payloads that leave Brevo in the same state, for hashing: keys and sets in
 * order, phones as digits, the address in lower case, null as "", -0 as 0. Absent and "" differ:
 * absent leaves the attribute alone, "" clears it.
 */
export function canonicalContact(contact: CanonicalInput): string {
	const attributes = Object.entries(contact.attributes)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]): [string, unknown] => [name, canonicalAttribute(name, value)])
		.sort(([left], [right]) => byText(left, right));
	const lists = contact.listIds && [...new Set(contact.listIds)].sort((a, b) => a - b);
	// Pairs instead of an object: an object would move keys that look like numbers to the front.
	return JSON.stringify({
		attributes,
		email: contact.email?.trim().toLowerCase(),
		emailBlacklisted: contact.emailBlacklisted,
		ext_id: contact.ext_id,
		listIds: lists,
		smsBlacklisted: contact.smsBlacklisted,
	});
}

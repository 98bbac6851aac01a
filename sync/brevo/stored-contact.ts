import { isObject } from './answers.ts';

/** A contact as Brevo has it. */
export interface StoredContact {
	readonly id: number;
	/** The Salesforce id (decision 9). */
	readonly extId?: string;
	/** A phone-only contact shows a synthetic `…@mailin-sms.com`; never write that to Salesforce. */
	readonly email?: string;
	readonly emailBlacklisted: boolean;
	readonly smsBlacklisted: boolean;
	readonly listIds: readonly number[];
	/** Lists that the person left by their own wish. */
	readonly listUnsubscribed: readonly number[];
	readonly attributes: Readonly<Record<string, unknown>>;
	/** ISO 8601. */
	readonly modifiedAt?: string;
}

/** Reads a contact of any answer; the external id stands among the attributes (brevo.md 2.6). */
export function storedContact(json: Readonly<Record<string, unknown>>): StoredContact {
	const attributes = isObject(json['attributes']) ? json['attributes'] : {};
	const extId = attributes['EXT_ID'] ?? json['ext_id'];
	const { email, modifiedAt } = json;
	return {
		id: Number(json['id']),
		...(typeof extId === 'string' && extId !== '' && { extId }),
		...(typeof email === 'string' && { email }),
		emailBlacklisted: json['emailBlacklisted'] === true,
		smsBlacklisted: json['smsBlacklisted'] === true,
		listIds: numbers(json['listIds']),
		listUnsubscribed: numbers(json['listUnsubscribed']),
		attributes,
		...(typeof modifiedAt === 'string' && { modifiedAt }),
	};
}

const numbers = (value: unknown): readonly number[] =>
	Array.isArray(value) ? value.map(Number) : [];

/** A contact as it is written to Brevo, by single upsert or by import. */

/** `''` empties a text attribute (Brevo's schema knows no null). Dates are YYYY-MM-DD text. */
export type AttributeValue = string | number | boolean | readonly string[];

export interface BrevoContact {
	/** Absent for a contact that has only a phone, and for one whose address is to stay as it is. */
	readonly email?: string;
	/** 18-character Salesforce id; absent in workflows that use the node on its own. */
	readonly ext_id?: string;
	/** Names in capitals; the phone is SMS. EMAIL and EXT_ID do not belong here. */
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	/** Only ever true: `false` would re-allow a person who opted out (decision 10). */
	readonly emailBlacklisted?: true;
}

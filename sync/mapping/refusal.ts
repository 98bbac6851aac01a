import type { LimitId } from '../limits/table.ts';

/** Why a value or a record is not written; safe for logs and ledger. */
export interface Refusal {
	readonly limit: LimitId;
	/** API name of the Salesforce field. */
	readonly field?: string;
	/** Name of the Brevo attribute. */
	readonly attribute?: string;
	/** Shape of the value, never the value: "text, 43 characters". */
	readonly shape?: string;
}

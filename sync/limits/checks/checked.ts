import type { LimitId } from '../table.ts';

/** The result of a check that also brings the value into the form that Brevo stores. */
export type Checked<Value> =
	| { readonly ok: true; readonly value: Value }
	/** `shape` describes the value and never holds it. */
	| { readonly ok: false; readonly limit: LimitId; readonly shape: string };

export const passed = <Value>(value: Value): Checked<Value> => ({ ok: true, value });

export const failed = (limit: LimitId, shape: string): Checked<never> => ({
	ok: false,
	limit,
	shape,
});

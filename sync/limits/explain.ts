import { LIMITS } from './table.ts';
import type { LimitId } from './table.ts';

/** What fills the templates. Never a contact's value: `shape` describes it instead. */
export interface LimitDetails {
	readonly field?: string | undefined;
	readonly attribute?: string | undefined;
	/** e.g. "text, 43 characters"; see `shapeOf`. */
	readonly shape?: string | undefined;
	readonly number?: number | undefined;
	/** Record ids or names of integrations. */
	readonly names?: string | readonly string[] | undefined;
	/** The other side's own words, already free of contact values. */
	readonly reason?: string | undefined;
}

export interface Explanation {
	/** What happened. */
	readonly message: string;
	/** What to do next. */
	readonly remedy: string;
}

/** Limits whose message goes on after a name or reason when there is one. */
const AFTER_A_COLON: ReadonlySet<LimitId> = new Set([
	'email-duplicate',
	'sms-duplicate',
	'brevo-unavailable',
	'brevo-refused',
	'salesforce-unavailable',
	'salesforce-refused',
]);

/** Limits of a value whose words name the Salesforce field as the place of the value. */
const VALUE_OF_EITHER_SIDE: ReadonlySet<LimitId> = new Set([
	'date-format',
	'number-format',
	'value-type',
	'category-option',
	'phone-digits',
]);

/** The same for a value that came from Brevo and should go to Salesforce. */
export function explainBack(limit: LimitId, details: LimitDetails = {}): Explanation {
	if (!VALUE_OF_EITHER_SIDE.has(limit)) return explain(limit, details);
	const { field, attribute } = details;
	const { message } = explain(limit, { ...details, field: attribute, attribute: field });
	return {
		message: message.replace(' in Brevo', ' in Salesforce'),
		remedy: 'Correct the value in Brevo; the contact then comes again by itself.',
	};
}

/** The words of a limit for one case. Details that are not known become a general word. */
export function explain(limit: LimitId, details: LimitDetails = {}): Explanation {
	const aside = (text: string | undefined, otherwise: string): string => {
		if (!AFTER_A_COLON.has(limit)) return text ?? otherwise;
		return text === undefined ? '' : `: ${text.replace(/\.$/, '')}`;
	};
	const names = typeof details.names === 'string' ? details.names : details.names?.join(', ');
	const words: Readonly<Record<string, string>> = {
		field: details.field ?? 'the field',
		attribute: details.attribute ?? 'the attribute',
		shape: details.shape ?? 'a value',
		number: details.number?.toLocaleString('en-US') ?? 'several',
		names: aside(names, 'see the list of integrations'),
		reason: aside(details.reason, 'no reason given'),
	};
	const fill = (template: string): string => {
		const known = details.shape === undefined ? template.replace(' ({shape})', '') : template;
		const text = known.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
		return text.charAt(0).toUpperCase() + text.slice(1);
	};
	const { message, remedy } = LIMITS[limit];
	return { message: fill(message), remedy: fill(remedy) };
}

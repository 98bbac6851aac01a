import naughty from 'big-list-of-naughty-strings';
import { explain, explainBack } from '../../sync/limits/explain.ts';
import { ALL_LIFTED } from '../../sync/limits/lifts.ts';
import { convertBack } from '../../sync/mapping/convert-back.ts';
import { convertValue } from '../../sync/mapping/convert.ts';
import {
	type BrevoAttribute,
	SALESFORCE_FIELD_TYPES,
	type SalesforceField,
} from '../../sync/mapping/field.ts';
import { canonicalValue } from '../../sync/mapping/field-values.ts';

/* The Big List of Naughty Strings as a value of every type on either side: it becomes a value of the
   other side's type or is refused, without an exception and without being quoted. */

const normal = (name: string, type: string, more: object = {}): BrevoAttribute => ({
	name,
	category: 'normal',
	type,
	...more,
});
const ATTRIBUTES: readonly BrevoAttribute[] = [
	normal('EMAIL', 'text'),
	normal('SMS', 'text'),
	normal('NOTE', 'text'),
	normal('DAY', 'date'),
	normal('SCORE', 'float'),
	normal('VIP', 'boolean'),
	normal('INTERESTS', 'multiple-choice', { multiCategoryOptions: ['Wine', 'Music'] }),
	{ name: 'LEVEL', category: 'category', enumeration: [{ value: 1, label: 'One' }] },
];
const FIELDS: readonly SalesforceField[] = SALESFORCE_FIELD_TYPES.map((type) => ({
	name: `Odd_${type}__c`,
	label: type,
	type,
	length: 255,
	updateable: true,
	picklistValues: [{ value: 'One' }, { value: 'Wine' }],
}));

/** What Brevo takes for this attribute (Brevo OpenAPI, createContact). */
const TAKES: Readonly<Record<string, (value: unknown) => boolean>> = {
	EMAIL: (value) => typeof value === 'string' && (value === '' || /^[^\s@]+@[^\s@]+$/.test(value)),
	SMS: (value) => typeof value === 'string' && /^\+\d{6,16}$/.test(value),
	NOTE: (value) => typeof value === 'string' && !/(?![\t\n])\p{Cc}|\p{Surrogate}/u.test(value),
	DAY: (value) => typeof value === 'string' && /^(\d{4}-\d\d-\d\d)?$/.test(value),
	SCORE: (value) => value === '' || Number.isFinite(value),
	VIP: (value) => typeof value === 'boolean' || value === '',
	INTERESTS: (value) =>
		Array.isArray(value) && value.every((one) => /^(Wine|Music)$/.test(String(one))),
	LEVEL: (value) => value === 1 || value === '',
};

/** Explanations name the shape of a value; short strings may stand in any sentence. */
const isTold = (words: object, text: string): boolean =>
	text.length > 8 && JSON.stringify(words).includes(JSON.stringify(text).slice(1, -1));

const options = { defaultCountry: 'FR', lifts: ALL_LIFTED } as const;

describe.each(ATTRIBUTES)('$name', (attribute) => {
	it('takes what becomes of a field of any type', () => {
		const wrong = FIELDS.flatMap((field) =>
			naughty.flatMap((text): object[] => {
				const result = convertValue(text, field, attribute, options);
				if (result.ok) {
					const takes = result.value === undefined || TAKES[attribute.name]?.(result.value);
					return takes ? [] : [{ text, field: field.type, value: result.value }];
				}
				const { limit, shape } = result;
				const words = explain(limit, { field: field.name, attribute: attribute.name, shape });
				return isTold(words, text) ? [{ text, words }] : [];
			}),
		);
		expect(wrong).toEqual([]);
	});

	it('goes back into a field of any type, whatever form a value has', () => {
		const wrong = FIELDS.flatMap((field) =>
			naughty.flatMap((text): object[] =>
				[text, [text], { [text]: text }, [[text]]].flatMap((value): object[] => {
					const result = convertBack(value, field, attribute, 'Contact', options);
					if (typeof canonicalValue(attribute, value) !== 'string') return [{ text, value }];
					if (result.ok) {
						const isScalar = result.value === undefined || Object(result.value) !== result.value;
						return isScalar ? [] : [{ text, field: field.type, value: result.value }];
					}
					const { limit, shape } = result;
					const words = explainBack(limit, { field: field.name, attribute: attribute.name, shape });
					return isTold(words, text) ? [{ text, words }] : [];
				}),
			),
		);
		expect(wrong).toEqual([]);
	});
});

import type { SalesforceObject } from '../../changes/change.ts';
import { failed, passed } from './checked.ts';
import type { Checked } from './checked.ts';
import { shapeOf } from './shape.ts';

/**
 * Limits `lead-first-name` and `value-too-long`: whether a text from Brevo fits its Salesforce
 * field. `length` is the field's describe length in characters (FirstName: 40, help page R8); 0
 * means that the type has none.
 */
export function checkLength(
	text: string,
	field: { readonly name: string; readonly length?: number },
	object: SalesforceObject,
): Checked<string> {
	const { name, length = 0 } = field;
	if (length === 0 || Array.from(text).length <= length) return passed(text);
	const isLeadFirstName = object === 'Lead' && name === 'FirstName';
	return failed(isLeadFirstName ? 'lead-first-name' : 'value-too-long', shapeOf(text));
}

const count = (amount: number, one: string): string => `${amount} ${one}${amount === 1 ? '' : 's'}`;

/** How many digits a text holds, of any script: "06 12" has 4. */
export const digitsIn = (text: string): number => text.match(/\p{Nd}/gu)?.length ?? 0;

/** The shape of a phone number, e.g. "digits, 4". */
export const digitsShape = (digits: number): string => `digits, ${digits}`;

/**
 * Describes a value for people and the ledger without giving it away: "text, 43 characters",
 * "digits, 4", "number", "list, 2 items" (decision 5: no contact's value is kept).
 */
export function shapeOf(value: unknown): string {
	if (value === null || value === undefined || value === '') return 'nothing';
	if (Array.isArray(value)) return `list, ${count(value.length, 'item')}`;
	switch (typeof value) {
		case 'string': {
			const characters = Array.from(value).length;
			const digits = digitsIn(value);
			return digits === characters
				? digitsShape(digits)
				: `text, ${count(characters, 'character')}`;
		}
		case 'number':
		case 'bigint':
			return 'number';
		case 'boolean':
			return 'yes/no value';
		default:
			return 'object';
	}
}

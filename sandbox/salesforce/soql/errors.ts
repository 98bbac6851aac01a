import { Refusal } from '../refusal.ts';

/** An error that points into the query, as Salesforce words it. */
export function pointed(code: string, soql: string, index: number, message: string): Refusal {
	const at = Math.max(0, Math.min(index, soql.length));
	const before = soql.slice(0, at).split('\n');
	const column = (before.at(-1) ?? '').length + 1;
	const line = soql.split('\n')[before.length - 1] ?? '';
	return new Refusal(
		code,
		`\n${line}\n${' '.repeat(column - 1)}^\nERROR at Row:${before.length}:Column:${column}\n${message}`,
	);
}

/** Where a word stands in the query, from `from` on; quoted strings do not count. */
export function indexOfWord(soql: string, word: string, from = 0): number {
	const bare = soql.replace(/'(?:[^'\\]|\\.)*'/g, (quoted) => ' '.repeat(quoted.length));
	const escaped = word.replace(/[^\w]/g, '\\$&');
	const pattern = new RegExp(/^\w/.test(word) ? `(?<![\\w.])${escaped}(?!\\w)` : escaped, 'gi');
	pattern.lastIndex = Math.max(0, from);
	return pattern.exec(bare)?.index ?? -1;
}

const HINT_COLUMN =
	"If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.";
const HINT_OBJECT =
	"If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.";

export const noSuchColumn = (soql: string, index: number, name: string, object: string): Refusal =>
	pointed(
		'INVALID_FIELD',
		soql,
		index,
		`No such column '${name}' on entity '${object}'. ${HINT_COLUMN}`,
	);

export const noSuchObject = (soql: string, index: number, name: string): Refusal =>
	pointed('INVALID_TYPE', soql, index, `sObject type '${name}' is not supported. ${HINT_OBJECT}`);

export const malformed = (soql: string, word: string, message: string): Refusal => {
	const index = word === '' ? soql.length : indexOfWord(soql, word);
	return pointed('MALFORMED_QUERY', soql, index < 0 ? soql.length : index, message);
};

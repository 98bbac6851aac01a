import { apiError } from './refusals.ts';

/** Salesforce: names of column delimiters and line endings. */
const DELIMITERS: Readonly<Record<string, string>> = {
	BACKQUOTE: '`',
	CARET: '^',
	COMMA: ',',
	PIPE: '|',
	SEMICOLON: ';',
	TAB: '\t',
};
const LINE_ENDINGS: Readonly<Record<string, string>> = { LF: '\n', CRLF: '\r\n' };

/** The CSV of a job. */
export interface CsvFormat {
	readonly delimiter: string;
	readonly lineEnding: string;
	/** As the API names them. */
	readonly shown: { readonly lineEnding: string; readonly columnDelimiter: string };
}

/** Reads what a job's body says; throws for a name that Salesforce does not know. */
export function formatOf({
	columnDelimiter = 'COMMA',
	lineEnding = 'LF',
}: {
	readonly columnDelimiter?: string;
	readonly lineEnding?: string;
}): CsvFormat {
	const [delimiter, ending] = [DELIMITERS[columnDelimiter], LINE_ENDINGS[lineEnding]];
	if (delimiter === undefined || ending === undefined) {
		throw apiError('columnDelimiter or lineEnding is not supported');
	}
	return { delimiter, lineEnding: ending, shown: { lineEnding, columnDelimiter } };
}

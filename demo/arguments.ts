import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface DemoArguments {
	/** End by itself after the story. */
	readonly once: boolean;
	/** Print the summary as the last line, as JSON. */
	readonly json: boolean;
	/** Contacts with Salesforce headings instead of the sample organisation. */
	readonly contactsCsv?: string;
	/** Tasks a month. */
	readonly quota?: number;
}

/** Reads the command line; throws an Error with one clear sentence. */
export function demoArguments(args: readonly string[]): DemoArguments {
	const { values } = parseArgs({
		args: [...args],
		options: {
			once: { type: 'boolean', default: false },
			json: { type: 'boolean', default: false },
			contacts: { type: 'string' },
			quota: { type: 'string' },
		},
	});
	const { once, json, contacts, quota } = values;
	return {
		once,
		json,
		...(contacts !== undefined && { contactsCsv: readCsv(contacts) }),
		...(quota !== undefined && { quota: tasks(quota) }),
	};
}

function readCsv(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new Error(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
			cause: error,
		});
	}
}

function tasks(text: string): number {
	const limit = Number(text);
	if (Number.isInteger(limit) && limit >= 1) return limit;
	throw new Error(`--quota takes a whole number of tasks of at least 1, not "${text}".`);
}

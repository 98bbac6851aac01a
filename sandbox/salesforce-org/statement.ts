import { parseQuery } from '@jetstreamapp/soql-parser-js';
import { Refused } from './answers.ts';
import type { Order } from './candidates.ts';
import { type Condition, conditionOf, malformed, type ParsedWhere } from './conditions.ts';

/** One entry of SELECT, as the parser library gives it. */
export interface Selected {
	readonly type: string;
	readonly field?: string;
	readonly rawValue?: string;
	readonly functionName?: string;
	readonly parameters?: readonly unknown[];
}

/** A SOQL statement as far as the sandbox understands it. */
export interface Statement {
	readonly soql: string;
	readonly sObject: string;
	readonly fields: readonly Selected[];
	/** WHERE. */
	readonly condition: Condition | undefined;
	readonly orders: readonly Order[];
	readonly limit: number | undefined;
	readonly offset: number;
}

/** Reads a SOQL statement; throws MALFORMED_QUERY. */
export function statementOf(soql: string): Statement {
	const parsed = parse(soql);
	if (parsed.groupBy || parsed.having) throw malformed('GROUP BY is not supported by the sandbox');
	const { orderBy = [] } = parsed;
	return {
		soql,
		sObject: parsed.sObject ?? '',
		fields: parsed.fields ?? [],
		condition: conditionOf(parsed.where),
		orders: Array.isArray(orderBy) ? orderBy : [orderBy as Order],
		limit: parsed.limit,
		offset: parsed.offset ?? 0,
	};
}

interface Parsed {
	readonly sObject?: string;
	readonly fields?: readonly Selected[];
	readonly where?: ParsedWhere;
	readonly orderBy?: Order | readonly Order[];
	readonly groupBy?: unknown;
	readonly having?: unknown;
	readonly limit?: number;
	readonly offset?: number;
}

function parse(soql: string): Parsed {
	try {
		return parseQuery(soql) as unknown as Parsed;
	} catch (error) {
		if (error instanceof Refused) throw error;
		throw malformed(`unexpected token: ${(error as Error).message.split('\n')[0]}`);
	}
}

const BEFORE = 40;
const AFTER = 20;

/** The place of a word with a caret under it, as Salesforce begins its messages about queries. */
export function position(soql: string, word: string): string {
	const whole = new RegExp(`(?<![\\w.])${word.replaceAll('.', '\\.')}(?![\\w.])`);
	const at = Math.max(0, soql.search(whole));
	const start = Math.max(0, at - BEFORE);
	const excerpt = soql.slice(start, at + word.length + AFTER);
	return `\n${excerpt}\n${' '.repeat(at - start)}^\nERROR at Row:1:Column:${at + 1}\n`;
}

import { Refused } from './answers.ts';

/** WHERE as a tree. The parser library gives a chain with counted brackets and no precedence. */
export interface Comparison {
	readonly kind: 'comparison';
	readonly field: string;
	readonly operator: string;
	readonly literalType: string;
	readonly value: string | readonly string[];
}
export type Condition =
	| Comparison
	| { readonly kind: 'not'; readonly of: Condition }
	| { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] };

/** What the parser library gives for one link of the chain. */
export interface ParsedWhere {
	readonly left?: {
		readonly field?: string;
		readonly operator?: string;
		readonly literalType?: string | readonly string[];
		readonly value?: string | string[];
		readonly openParen?: number;
		readonly closeParen?: number;
	} | null;
	readonly operator?: 'AND' | 'OR' | 'NOT';
	readonly right?: ParsedWhere;
}

type Token = Comparison | '(' | ')' | 'AND' | 'OR' | 'NOT';

export function conditionOf(where: ParsedWhere | undefined): Condition | undefined {
	if (!where) return undefined;
	const tokens = tokensOf(where);
	const condition = series(tokens);
	if (tokens.length > 0) throw malformed('unexpected token');
	return condition;
}

export const malformed = (what: string): Refused => new Refused(400, 'MALFORMED_QUERY', what);

function tokensOf(where: ParsedWhere): Token[] {
	const tokens: Token[] = [];
	for (let at: ParsedWhere | undefined = where; at; at = at.right) {
		const { left, operator } = at;
		if (left) tokens.push(...tokensOfLink(left));
		if (operator) tokens.push(operator);
	}
	return tokens;
}

/** Before NOT the library gives brackets alone. */
function tokensOfLink(left: NonNullable<ParsedWhere['left']>): Token[] {
	const { field, operator, literalType, value, openParen = 0, closeParen = 0 } = left;
	const opening = Array.from({ length: openParen }, (): Token => '(');
	const closing = Array.from({ length: closeParen }, (): Token => ')');
	if (operator === undefined || value === undefined) return [...opening, ...closing];
	if (field === undefined) throw malformed('unexpected token: functions are not supported here');
	const comparison: Comparison = {
		kind: 'comparison',
		field,
		operator: operator.toUpperCase(),
		literalType: typeof literalType === 'object' ? String(literalType[0]) : String(literalType),
		value,
	};
	return [...opening, comparison, ...closing];
}

/** Conditions joined by one operator; SOQL refuses AND beside OR without brackets. */
function series(tokens: Token[]): Condition {
	const parts = [single(tokens)];
	let joined: 'AND' | 'OR' | undefined;
	while (tokens[0] === 'AND' || tokens[0] === 'OR') {
		const operator = tokens.shift() as 'AND' | 'OR';
		if (joined !== undefined && joined !== operator)
			throw malformed(`unexpected token: ${operator}`);
		joined = operator;
		parts.push(single(tokens));
	}
	const [only] = parts;
	if (only && parts.length === 1) return only;
	return { kind: joined === 'OR' ? 'or' : 'and', parts };
}

function single(tokens: Token[]): Condition {
	const token = tokens.shift();
	if (token === 'NOT') return { kind: 'not', of: single(tokens) };
	if (token === '(') {
		const inner = series(tokens);
		if (tokens.shift() !== ')') throw malformed("expecting a right parentheses, found 'EOF'");
		return inner;
	}
	if (token === undefined || typeof token === 'string')
		throw malformed(`unexpected token: ${token ?? 'EOF'}`);
	return token;
}

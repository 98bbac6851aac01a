import type {
	ConditionWithValueQuery,
	ValueCondition,
	WhereClause,
} from '@jetstreamapp/soql-parser-js';

export type Condition = ValueCondition;

/** A WHERE clause as a tree. */
export type Tree =
	| { readonly kind: 'and' | 'or'; readonly parts: readonly Tree[] }
	| { readonly kind: 'not'; readonly part: Tree }
	| { readonly kind: 'condition'; readonly condition: Condition };

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Condition;

/** What the clause does not allow, with the word at which it shows. */
export class ConditionsError extends Error {
	readonly word: string;

	constructor(message: string, word: string) {
		super(message);
		this.name = 'ConditionsError';
		this.word = word;
	}
}

/**
 * The parser gives a chain with counts of parentheses and lets AND and OR mix; SOQL refuses that
 * without parentheses. So the tree is built here.
 */
export function treeOf(where: WhereClause): Tree {
	const tokens = tokensOf(where);
	const cursor = { at: 0 };
	const tree = expression(tokens, cursor);
	if (cursor.at < tokens.length) throw new ConditionsError("unexpected token: ')'", ')');
	return tree;
}

function tokensOf(where: WhereClause): Token[] {
	const tokens: Token[] = [];
	let clause: WhereClause | undefined = where;
	while (clause) {
		const { left } = clause;
		for (let count = left?.openParen ?? 0; count > 0; count -= 1) tokens.push('(');
		const operator: string | undefined = 'operator' in clause ? clause.operator : undefined;
		if (operator === 'NOT') tokens.push('NOT');
		else {
			tokens.push(checked(left as Condition | ConditionWithValueQuery));
			for (let count = closed(left); count > 0; count -= 1) tokens.push(')');
			if (operator === 'AND' || operator === 'OR') tokens.push(operator);
		}
		clause = 'right' in clause ? clause.right : undefined;
	}
	return tokens;
}

const closed = (left: WhereClause['left']): number =>
	(left as { readonly closeParen?: number } | null)?.closeParen ?? 0;

function checked(condition: Condition | ConditionWithValueQuery): Condition {
	if ('valueQuery' in condition) {
		throw new ConditionsError('the sandbox has no semi-joins', 'SELECT');
	}
	if (!('field' in condition) || 'fn' in condition) {
		throw new ConditionsError('the sandbox has no functions in WHERE', 'WHERE');
	}
	return condition;
}

interface Cursor {
	at: number;
}

function expression(tokens: readonly Token[], cursor: Cursor): Tree {
	const parts = [term(tokens, cursor)];
	let joint: 'AND' | 'OR' | undefined;
	for (;;) {
		const token = tokens[cursor.at];
		if (token !== 'AND' && token !== 'OR') break;
		if (joint !== undefined && token !== joint) {
			throw new ConditionsError(`unexpected token: '${token}'`, token);
		}
		joint = token;
		cursor.at += 1;
		parts.push(term(tokens, cursor));
	}
	const [only] = parts;
	if (joint === undefined && only) return only;
	return { kind: joint === 'OR' ? 'or' : 'and', parts };
}

function term(tokens: readonly Token[], cursor: Cursor): Tree {
	const token = tokens[cursor.at];
	cursor.at += 1;
	if (token === 'NOT') return { kind: 'not', part: term(tokens, cursor) };
	if (token === '(') {
		const inner = expression(tokens, cursor);
		if (tokens[cursor.at] !== ')') throw new ConditionsError("expecting a ')'", '');
		cursor.at += 1;
		return inner;
	}
	if (token === undefined || typeof token === 'string') {
		throw new ConditionsError(`unexpected token: '${token ?? '<EOF>'}'`, token ?? '');
	}
	return { kind: 'condition', condition: token };
}

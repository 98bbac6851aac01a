import { candidates } from './candidates.ts';
import { type Organization, ORGANIZATION_ID } from './organization.ts';
import { type Column, Plan } from './plan.ts';
import { attributes } from './show.ts';
import { type Selected, type Statement, statementOf } from './statement.ts';
import type { Row } from './store.ts';

/** What a query found; records are made when they are asked for. */
export interface QueryResult {
	readonly size: number;
	/** Records as JSON, with `attributes`. */
	page(from: number, to: number): object[];
	/** All of them. */
	readonly records: object[];
	/** With COUNT(): the number; there are no records then. */
	readonly count?: number;
}

/** Runs one SOQL statement; `all` shows the recycle bin too (queryAll). */
export function runQuery(
	organization: Organization,
	soql: string,
	all: boolean,
	version: string,
): QueryResult {
	const statement = statementOf(soql);
	if (statement.sObject.toLowerCase() === 'organization') {
		return found([organizationRecord(version)], (record) => record);
	}
	const plan = new Plan(organization, statement);
	const counted = countOf(statement.fields);
	if (counted) return countResult(counted, countRows(organization, plan, statement, all));
	const columns = plan.columns();
	const rows = rowsOf(organization, plan, statement, all);
	return found(rows, shower(organization, plan, columns, version));
}

function found<T>(rows: readonly T[], show: (row: T) => object): QueryResult {
	return {
		size: rows.length,
		page: (from, to) => rows.slice(from, to).map(show),
		get records() {
			return rows.map(show);
		},
	};
}

function countResult(form: 'COUNT()' | 'COUNT(field)', count: number): QueryResult {
	if (form === 'COUNT()') return { ...found([], () => ({})), count };
	const record = { attributes: { type: 'AggregateResult' }, expr0: count };
	return found([record], (shown) => shown);
}

function organizationRecord(version: string): object {
	const url = `/services/data/v${version}/sobjects/Organization/${ORGANIZATION_ID}`;
	return { attributes: { type: 'Organization', url }, Id: ORGANIZATION_ID, Name: 'Sandbox' };
}

function rowsOf(organization: Organization, plan: Plan, statement: Statement, all: boolean): Row[] {
	const { condition, orders, offset, limit } = statement;
	const filter = plan.filter(condition, all);
	const sorter = plan.sorter(orders);
	const { rows, ordered } = candidates(organization.table(plan.object), condition, orders);
	const end = limit === undefined ? Number.POSITIVE_INFINITY : offset + limit;
	const enough = ordered ? end : Number.POSITIVE_INFINITY;
	const kept: Row[] = [];
	for (const row of rows) {
		if (kept.length >= enough) break;
		if (filter(row)) kept.push(row);
	}
	if (!ordered) kept.sort(sorter);
	return kept.slice(offset, end);
}

function countRows(
	organization: Organization,
	plan: Plan,
	{ condition, orders }: Statement,
	all: boolean,
): number {
	const filter = plan.filter(condition, all);
	const table = organization.table(plan.object);
	const seesAll = organization.oldestOpenTransaction() === undefined && organization.sharesAll;
	if (!condition && seesAll) {
		return all ? table.size : table.size - table.deleted;
	}
	let count = 0;
	for (const row of candidates(table, condition, orders).rows) if (filter(row)) count += 1;
	return count;
}

function shower(
	organization: Organization,
	plan: Plan,
	columns: readonly Column[],
	version: string,
): (row: Row) => object {
	const readers = columns.map((column) => ({ ...column, read: plan.reader(column) }));
	return (row) => {
		const record: Record<string, unknown> = { attributes: attributes(row, version) };
		for (const { relationship, field, read } of readers) {
			if (relationship === undefined) {
				record[field.name] = read(row);
				continue;
			}
			const parent = organization.parent(row, relationship)?.row;
			const shown = record[relationship] ?? (parent && { attributes: attributes(parent, version) });
			record[relationship] = shown ? { ...shown, [field.name]: read(row) } : null;
		}
		return record;
	};
}

/** "COUNT()" or "COUNT(field)" when that is what is selected. */
function countOf([first]: readonly Selected[]): 'COUNT()' | 'COUNT(field)' | undefined {
	if (first?.functionName?.toUpperCase() !== 'COUNT') return undefined;
	return first.parameters?.length ? 'COUNT(field)' : 'COUNT()';
}

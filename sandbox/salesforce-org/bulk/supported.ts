import type { Column, Plan } from '../plan.ts';
import type { Selected, Statement } from '../statement.ts';
import { apiError } from './refusals.ts';

/**
 * The columns of a query job; refuses what Bulk API 2.0 cannot query (Salesforce: Understanding Bulk
 * API 2.0 Query).
 */
export function supportedColumns(plan: Plan, statement: Statement): Column[] {
	const { fields, orders, limit, offset } = statement;
	if (orders.length > 0) throw apiError('ORDER BY is not supported in Bulk V2 Query');
	if (limit !== undefined) throw apiError('LIMIT is not supported in Bulk V2 Query');
	if (offset > 0) throw apiError('OFFSET is not supported in Bulk V2 Query');
	for (const selected of fields) refuseForm(selected);
	const columns = plan.columns();
	// Seen on airbyte#8206.
	if (columns.some(({ field }) => field.type === 'address')) {
		throw apiError('Selecting compound data not supported in Bulk Query');
	}
	// A WHERE that is wrong is refused now, not when the job runs.
	plan.filter(statement.condition, true);
	return columns;
}

function refuseForm({ type }: Selected): void {
	// Seen on OpenFn/adaptors#395.
	if (type === 'FieldSubquery') {
		throw apiError('Aggregate Relationships not supported in Bulk V2 Query with CSV content type');
	}
	if (type === 'FieldFunctionExpression') {
		throw apiError('Aggregate functions are not supported in Bulk V2 Query');
	}
}

import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { readMoment } from '../../sync/index.ts';

/** A moment that a user gave, milliseconds since the epoch; undefined when nothing is given. */
export function momentFrom(
	context: IExecuteFunctions,
	itemIndex: number,
	value: unknown,
	name: string,
): number | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	// Expressions give luxon's or JavaScript's own dates, which both tell themselves like this.
	const text = typeof value === 'string' ? value : (JSON.parse(JSON.stringify(value)) as unknown);
	const moment = typeof text === 'string' ? readMoment(text, context.getTimezone()) : undefined;
	if (moment !== undefined) return moment;
	throw new NodeOperationError(context.getNode(), `“${name}” is no date`, {
		description: 'Choose one, or write it like 2026-11-30 or 2026-11-30T08:00:00.',
		itemIndex,
	});
}

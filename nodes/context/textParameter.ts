import type { IExecuteFunctions } from 'n8n-workflow';

/** A text parameter of one item, trimmed; an expression may give a number or nothing. */
export function textParameter(
	context: Pick<IExecuteFunctions, 'getNodeParameter'>,
	name: string,
	itemIndex: number,
): string {
	return asText(context.getNodeParameter(name, itemIndex, ''));
}

/** Texts and numbers as trimmed text; everything else, which no identifier is, as ''. */
export function asText(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

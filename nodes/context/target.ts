import type { IAllExecuteFunctions } from 'n8n-workflow';
import { asText } from './textParameter.ts';

/**
 * Where the records behind a node are written to, as a text that changes when that changes. Read
 * from the Brevo Contact List nodes behind it, so that a new list makes contacts count as changed.
 */
export function targetBehind(
	context: Pick<IAllExecuteFunctions, 'getChildNodes' | 'getNode'>,
): string {
	const targets = context
		.getChildNodes(context.getNode().name, { includeNodeParameters: true })
		.filter(({ type, disabled }) => type.endsWith('.brevoContactList') && !disabled)
		.map(({ parameters }) => targetOf(parameters?.['list']));
	return [...new Set(targets)].sort().join(',');
}

/** The text for one list parameter (a resource locator). */
export function targetOf(list: unknown): string {
	const locator = (list ?? {}) as { mode?: unknown; value?: unknown };
	return locator.mode === 'name' ? `name:${asText(locator.value)}` : `id:${asText(locator.value)}`;
}

import type { INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

/** By its last word n8n tells an execution that was stopped from one that failed (n8n-core 2.41). */
const CANCELED = 'The execution was canceled';

/**
 * What a user sees: the engine's errors say what happened (`message`) and what to do (`remedy`).
 * n8n's own errors pass; anything else keeps its message.
 */
export function forPeople(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeOperationError | NodeApiError {
	const wanted = missingCredential(error);
	if (wanted) {
		return new NodeOperationError(node, `No ${wanted} credential is chosen in this node`, {
			description: `Open “${node.name}”, and choose or make one under “${wanted} Credential”.`,
		});
	}
	if (error instanceof NodeOperationError || error instanceof NodeApiError) return error;
	const { name, message, remedy } = error as Readonly<Record<string, unknown>>;
	if (name === 'AbortError') return new NodeOperationError(node, CANCELED);
	return new NodeOperationError(node, typeof message === 'string' ? message : String(error), {
		...(typeof remedy === 'string' && { description: remedy }),
		...(itemIndex !== undefined && { itemIndex }),
	});
}

/**
 * Whose credential is missing. n8n-core 2.41 names its type, which stands nowhere in the editor, and
 * not even that when the node has no credential at all.
 */
function missingCredential(error: unknown): string | undefined {
	if (!(error instanceof NodeOperationError)) return undefined;
	const [found, type = ''] =
		/^Node does not have any credentials set(?: for "(\w+)")?$/.exec(error.message) ?? [];
	if (found === undefined) return undefined;
	if (type.startsWith('brevo')) return 'Brevo';
	return type.startsWith('salesforce') ? 'Salesforce' : 'Salesforce or Brevo';
}

/**
 * Why a workflow is not published. Of such an error the editor shows the message and nothing else
 * (n8n 2.41), so it says what to do as well.
 */
export function forPublishing(node: INode, error: unknown): NodeOperationError {
	return new NodeOperationError(node, inOneLine(forPeople(node, error)));
}

/** One line of the same, for the ledger and the log. */
export function inOneLine(error: unknown): string {
	const { message, remedy, description } = error as Record<string, unknown>;
	const advice = typeof remedy === 'string' ? remedy : description;
	const happened = typeof message === 'string' ? message : String(error);
	if (typeof advice !== 'string' || advice === '') return happened;
	return `${happened}${/[.!?…]$/.test(happened) ? '' : '.'} ${advice}`;
}

/** The same without its numbers and times, which are others at each look. */
export const kindOfTrouble = (error: unknown): string => inOneLine(error).replaceAll(/\d+/g, '#');

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

/**
 * Refuses items that have passed a Quota Guard without getting a task. n8n hands the input of a node
 * that failed on by its first output when it is set to continue on errors; that is Allowed.
 */
export function requireTasks(
	context: Pick<IExecuteFunctions, 'getNode' | 'getParentNodes'>,
	items: readonly INodeExecutionData[],
): void {
	const node = context.getNode();
	const hasGuard = context
		.getParentNodes(node.name)
		.some(({ type, disabled }) => type.endsWith('.quotaGuard') && !disabled);
	const stray = items.findIndex(
		({ json }) => !(json['sync'] as { task?: unknown } | undefined)?.task,
	);
	if (!hasGuard || stray === -1) return;
	throw new NodeOperationError(node, 'These contacts got no task from Quota Guard', {
		description:
			'Quota Guard failed and is set to continue on errors, or the contacts go around it. Nothing was written. Set “On Error” of Quota Guard to “Stop Workflow”, and lead all contacts through its Allowed output.',
		itemIndex: stray,
	});
}

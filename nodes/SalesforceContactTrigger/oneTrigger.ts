import type { INode, ITriggerResponse } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

/** Workflow and integration to the id of the node that runs it, in this process. */
const running = new Map<string, string>();

/**
 * Starts a trigger, unless another node of the same workflow runs the integration: the two would take
 * turns, and what follows the one would get what is meant for the other. That another workflow runs
 * it is known by the ledger.
 */
export async function alone(
	workflow: string,
	integration: string,
	node: INode,
	start: () => Promise<ITriggerResponse>,
): Promise<ITriggerResponse> {
	const key = JSON.stringify([workflow, integration]);
	const other = running.get(key);
	if (other !== undefined && other !== node.id) {
		throw new NodeOperationError(
			node,
			`Two triggers of this workflow run the integration “${integration}”`,
			{ description: 'Delete one of them, or give one another integration name.' },
		);
	}
	running.set(key, node.id);
	let started: ITriggerResponse | undefined;
	try {
		started = await start();
	} finally {
		if (!started) running.delete(key);
	}
	const { closeFunction } = started;
	return {
		...started,
		closeFunction: async () => {
			running.delete(key);
			await closeFunction?.();
		},
	};
}

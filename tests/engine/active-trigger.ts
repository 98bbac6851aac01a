import { TriggerContext, TriggersAndPollers } from 'n8n-core';
import type {
	INode,
	INodeExecutionData,
	ITriggerFunctions,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowActivateMode,
} from 'n8n-workflow';
import type { EngineRun } from './engine-run.ts';

/** A trigger() node that is switched on. Close it at the end of the test. */
export interface ActiveTrigger {
	/** Finished executions, in the order they finished. */
	readonly runs: readonly EngineRun[];
	/** What the node reported as fatal (`emitError`) and as failed (`saveFailedExecution`). */
	readonly fatal: readonly Error[];
	readonly failed: readonly Error[];
	/** Waits until `count` executions have finished in all. */
	finished(count: number, timeoutMs?: number): Promise<void>;
	close(): Promise<void>;
}

/**
 * Starts a `trigger()` node. Everything it emits goes through `execute`, and the done promise gets
 * the finished run: `success` or `error`, rejected only when the run could not even start.
 */
export async function activateTrigger(options: {
	readonly workflow: Workflow;
	readonly node: INode;
	readonly activation: WorkflowActivateMode;
	readonly additionalData: IWorkflowExecuteAdditionalData;
	readonly execute: (data: INodeExecutionData[][]) => Promise<EngineRun>;
}): Promise<ActiveTrigger> {
	const { workflow, node, activation, additionalData, execute } = options;
	const runs: EngineRun[] = [];
	const fatal: Error[] = [];
	const failed: Error[] = [];
	const onFinish = new Set<() => void>();
	const open = new Set<Promise<void>>();

	const emit: ITriggerFunctions['emit'] = (data, _response, done) => {
		const execution = execute(data)
			.then(
				(finished) => {
					runs.push(finished);
					done?.resolve(finished.run);
				},
				(cause: unknown) => {
					const error = cause instanceof Error ? cause : new Error(String(cause));
					failed.push(error);
					done?.reject(error);
				},
			)
			.then(() => {
				open.delete(execution);
				for (const tell of onFinish) tell();
			});
		open.add(execution);
	};
	const context = new TriggerContext(
		workflow,
		node,
		additionalData,
		'trigger',
		activation,
		emit,
		(error) => fatal.push(error),
		(error) => failed.push(error),
	);
	const response = await new TriggersAndPollers().runTriggerFunction(
		workflow,
		node,
		// The class types optional members differently from its interface; n8n passes it like this.
		() => context as unknown as ITriggerFunctions,
		additionalData,
		'trigger',
		activation,
	);
	return {
		runs,
		fatal,
		failed,
		finished: (count, timeoutMs = 5000) =>
			waitUntil(() => runs.length >= count, onFinish, timeoutMs),
		close: async () => {
			await response?.closeFunction?.();
			await Promise.all(open);
		},
	};
}

async function waitUntil(
	done: () => boolean,
	onFinish: Set<() => void>,
	timeoutMs: number,
): Promise<void> {
	if (done()) return;
	await new Promise<void>((resolve, reject) => {
		const stop = (): void => {
			clearTimeout(timer);
			onFinish.delete(check);
		};
		const check = (): void => {
			if (!done()) return;
			stop();
			resolve();
		};
		const timer = setTimeout(() => {
			stop();
			reject(new Error(`The trigger did not finish enough executions within ${timeoutMs} ms`));
		}, timeoutMs);
		onFinish.add(check);
	});
}

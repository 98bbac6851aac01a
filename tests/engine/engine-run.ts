import type { IDataObject, INodeExecutionData, IRun, ITaskData } from 'n8n-workflow';

/** One finished execution, with what tests ask of it. */
export class EngineRun {
	readonly run: IRun;

	constructor(run: IRun) {
		this.run = run;
	}

	get status(): IRun['status'] {
		return this.run.status;
	}

	/** The error that ended the execution. */
	get error(): Error | undefined {
		return this.run.data.resultData.error;
	}

	/** Whether the node ran at all, and how often. */
	count(node: string): number {
		return this.run.data.resultData.runData[node]?.length ?? 0;
	}

	/** The items that a node put out, by default of its first run on its first output. */
	items(node: string, output = 0, time = 0): INodeExecutionData[] {
		return this.#task(node, time).data?.['main']?.[output] ?? [];
	}

	json(node: string, output = 0, time = 0): IDataObject[] {
		return this.items(node, output, time).map((item) => item.json);
	}

	/** The texts of the execution hints that a node showed. */
	hints(node: string, time = 0): string[] {
		return (this.#task(node, time).hints ?? []).map((hint) => hint.message);
	}

	/** The error of one node, also when the workflow went on after it. */
	nodeError(node: string, time = 0): Error | undefined {
		return this.#task(node, time).error;
	}

	#task(node: string, time: number): ITaskData {
		const task = this.run.data.resultData.runData[node]?.[time];
		if (!task) {
			const ran = Object.keys(this.run.data.resultData.runData).join(', ');
			const why = this.error ? ` The execution ended with: ${this.error.message}` : '';
			throw new Error(`Node "${node}" has no run ${time}; these ran: ${ran || 'none'}.${why}`);
		}
		return task;
	}
}

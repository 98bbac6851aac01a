import type { INodeExecutionData } from 'n8n-workflow';
import type { Stage } from './stage.ts';

/** How one record ended, as an execution shows it to its user. */
export interface Arrival {
	readonly outcome: string;
	/** With `written`: created, updated, removed … */
	readonly how?: string;
	/** With a record that was updated in Salesforce: which of its fields. */
	readonly fields?: readonly string[];
	readonly limit?: string;
	/** Why, in the words on the item. */
	readonly reason?: string;
}

/**
 * How records ended in the executions of a workflow after `since`, by Salesforce id; the latest word
 * counts.
 */
export async function arrivals(
	stage: Stage,
	workflowId: string,
	since: number,
): Promise<Map<string, Arrival>> {
	const found = new Map<string, Arrival>();
	const summaries = await stage.n8n().executions(workflowId);
	const fresh = summaries
		.filter(({ id }) => Number(id) > since)
		.sort((a, b) => Number(a.id) - Number(b.id));
	for (const { id } of fresh) {
		const { data } = await stage.n8n().execution(id);
		for (const runs of Object.values(data.resultData.runData)) {
			const items = runs.flatMap(({ data: output }) => output?.['main']?.flat() ?? []);
			for (const item of items) if (item) note(found, item);
		}
	}
	return found;
}

function note(found: Map<string, Arrival>, { json }: INodeExecutionData): void {
	const { sync, outcome, how, written, limit, reason, reasons } = json as {
		sync?: { id?: string };
		outcome?: string;
		how?: string;
		written?: readonly string[];
		limit?: string;
		reason?: string;
		reasons?: ReadonlyArray<{ limit: string; reason: string }>;
	};
	if (!sync?.id || !outcome) return;
	const first = reasons?.[0];
	const why = { limit: limit ?? first?.limit, reason: reason ?? first?.reason };
	found.set(sync.id, {
		outcome,
		...(how !== undefined && { how }),
		...(written !== undefined && { fields: written }),
		...(why.limit !== undefined && { limit: why.limit }),
		...(why.reason !== undefined && { reason: why.reason }),
	});
}

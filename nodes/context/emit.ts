import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';
import type { EmittedChange, RunResult } from '../../sync/changes/pump.ts';
import { sleep } from 'n8n-workflow';
import type { Ledger } from '../../sync/ledger/ledger.ts';

/** One item for each change: the record's fields and its sync context. */
export const itemsOf = (changes: readonly EmittedChange[]): INodeExecutionData[] =>
	changes.map(({ record, sync }) => ({ json: { ...record, sync: { ...sync } } }));

/**
 * Starts the workflow with one page and waits until that execution has ended (decision 1). Where
 * the engine cannot wait, the page counts as done when each of its records has an outcome.
 */
export async function emitPage(
	context: ITriggerFunctions,
	ledger: Ledger,
	changes: readonly EmittedChange[],
): Promise<RunResult> {
	const done = context.helpers.createDeferredPromise<IRun>();
	context.emit([itemsOf(changes)], undefined, done);
	let run: IRun | undefined;
	try {
		run = await done.promise;
	} catch (error) {
		if (!cannotWait(error)) return { kind: 'failed', message: (error as Error).message };
		context.logger.warn(
			'This n8n engine cannot wait for an execution; pages are acknowledged by their records’ outcomes instead.',
		);
		context.emit([itemsOf(changes)]);
		return await untilOutcomes(ledger, changes);
	}
	return judge(run, nodesOfTheSync(context));
}

/** This package's nodes behind the trigger. */
function nodesOfTheSync(context: ITriggerFunctions): readonly string[] {
	const { name, type } = context.getNode();
	const ofPackage = type.slice(0, type.lastIndexOf('.') + 1);
	return context
		.getChildNodes(name)
		.filter((node) => node.type.startsWith(ofPackage))
		.map((node) => node.name);
}

function judge(run: IRun | undefined, nodes: readonly string[]): RunResult {
	if (run?.status === 'success') {
		const failed = failedOnTheWay(run, nodes);
		return failed === undefined ? { kind: 'success' } : { kind: 'failed', message: failed };
	}
	const { error, lastNodeExecuted: at } = run?.data.resultData ?? {};
	const what = error?.message ?? (run ? `it ended as “${run.status}”` : 'it did not start');
	return { kind: 'failed', message: `The execution failed${at ? ` at “${at}”` : ''}: ${what}` };
}

/**
 * A node that is set to continue on errors ends the run as a success even when it did nothing at
 * all; acknowledged, the page would be lost.
 */
function failedOnTheWay({ data }: IRun, nodes: readonly string[]): string | undefined {
	for (const name of nodes) {
		const error = data.resultData.runData[name]?.find((task) => task.error)?.error;
		if (error) return `“${name}” failed and the execution went on: ${error.message}`;
	}
	return undefined;
}

/** n8n's Engine 2.0 refuses a trigger that waits, with this sentence. */
const cannotWait = (error: unknown): boolean =>
	error instanceof Error && /waits for its execution to finish/.test(error.message);

const LOOK_EVERY_MS = 2_000;
/** After this without an outcome for every record the page comes again. */
const GIVE_UP_MS = 30 * 60_000;

async function untilOutcomes(
	ledger: Ledger,
	changes: readonly EmittedChange[],
): Promise<RunResult> {
	const page = changes[0]?.sync.page;
	for (let waited = 0; page !== undefined && waited < GIVE_UP_MS; waited += LOOK_EVERY_MS) {
		const outcomes = await ledger.pages.outcomes(page);
		if (changes.every(({ sync }) => outcomes.has(sync.id))) return { kind: 'success' };
		await sleep(LOOK_EVERY_MS);
	}
	return { kind: 'failed', message: 'Not every record of the page got an outcome in time' };
}

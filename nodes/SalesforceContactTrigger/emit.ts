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
	return judge(run);
}

function judge(run: IRun | undefined): RunResult {
	if (run?.status === 'success') return { kind: 'success' };
	const { error, lastNodeExecuted: at } = run?.data.resultData ?? {};
	const what = error?.message ?? (run ? `it ended as “${run.status}”` : 'it did not start');
	return { kind: 'failed', message: `The execution failed${at ? ` at “${at}”` : ''}: ${what}` };
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

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows handled before other work of n8n gets its turn: some tens of milliseconds with the ledger. */
export const ROWS_A_TURN = 500;

/** Calls `each` for every row in order, letting go of the event loop that all of n8n shares every
 *  so often. */
export async function inTurns<Row>(
	rows: readonly Row[],
	each: (row: Row, index: number) => void,
): Promise<void> {
	for (const [index, row] of rows.entries()) {
		if (index > 0 && index % ROWS_A_TURN === 0) await nextTurn();
		each(row, index);
	}
}

import { FAULT_ROWS, type FaultRow, isPlayed, SCENES, type SceneName } from './rows.ts';

/** In `npm test`: always the same. */
const FEW = 2;
/** A death at each single call, and the random mix: they get all seeds that one asks for. */
const WHOLE = [1, 32];
/** Of the others so many, at most: they vary less. */
const SHARE_OF_A_ROW = 0.1;
const FEW_OF_WHOLE = 12;
/** In `npm test` the deaths are spread over all calls. */
const STRIDE = 13;

/** What one may ask for, by environment: how many seeds, one of them, one row. */
export interface Choice {
	readonly FAULT_SEEDS?: string;
	readonly FAULT_SEED?: string;
	readonly FAULT_ROW?: string;
}

/** The rows that are played in a scene, and their seeds. */
export function chosen(
	scene: SceneName,
	{ FAULT_SEEDS, FAULT_SEED, FAULT_ROW }: Choice,
): ReadonlyArray<{ readonly row: FaultRow; readonly seeds: readonly number[] }> {
	const seedsOf = ({ number }: FaultRow): number[] => {
		if (FAULT_SEED !== undefined) return [Number(FAULT_SEED)];
		const isWhole = WHOLE.includes(number);
		if (FAULT_SEEDS === undefined)
			return isWhole
				? numbers(FEW_OF_WHOLE).map((n) => 1 + n * STRIDE)
				: numbers(FEW).map((n) => 1 + n);
		const most = Number(FAULT_SEEDS);
		return numbers(isWhole ? most : Math.ceil(most * SHARE_OF_A_ROW)).map((n) => 1 + n);
	};
	return FAULT_ROWS.filter(
		(row) => isPlayed(row, scene) && (FAULT_ROW === undefined || row.number === Number(FAULT_ROW)),
	).map((row) => ({ row, seeds: seedsOf(row) }));
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

export const titleOf = ({ number, fault }: FaultRow, scene: SceneName): string =>
	`${number}. ${fault} (${scene}, seed %i)`;

/** What a test of this title plays; undefined for another test. */
export function caseOf(title: string): { row: number; scene: SceneName } | undefined {
	const [, row, name] = /^(\d+)\. .*\((\w+), seed \d+\)$/.exec(title) ?? [];
	const scene = SCENES.find((one) => one === name);
	return row === undefined || scene === undefined ? undefined : { row: Number(row), scene };
}

import { FAULT_ROWS, type FaultRow, SCENES, type SceneName } from './rows.ts';

/** In `npm test`: always the same. */
const FEW = 3;
/** The random mix gets all seeds that one asks for, every other row this share of them. */
const MIX = 32;
const SHARE_OF_A_ROW = 0.1;

export interface Choice {
	readonly FAULT_SEEDS?: string;
	readonly FAULT_SEED?: string;
	readonly FAULT_ROW?: string;
}

/** The rows to play and their seeds. */
export function chosen({
	FAULT_SEEDS,
	FAULT_SEED,
	FAULT_ROW,
}: Choice): Array<FaultRow & { readonly seeds: readonly number[] }> {
	const many = (row: number): number => {
		if (FAULT_SEEDS === undefined) return row === MIX ? 10 * FEW : FEW;
		return row === MIX ? Number(FAULT_SEEDS) : Math.ceil(Number(FAULT_SEEDS) * SHARE_OF_A_ROW);
	};
	return FAULT_ROWS.filter(
		({ number, scenes }) =>
			scenes.length > 0 && (FAULT_ROW === undefined || number === Number(FAULT_ROW)),
	).map((row) => ({
		...row,
		seeds:
			FAULT_SEED === undefined
				? Array.from({ length: many(row.number) }, (_, n) => n + 1)
				: [Number(FAULT_SEED)],
	}));
}

export const titleOf = ({ number, fault }: FaultRow, scene: SceneName): string =>
	`${number}. ${fault} (${scene}, seed %i)`;

/** What a test of this title plays; undefined for another test. */
export function caseOf(title: string): { row: number; scene: SceneName } | undefined {
	const [, row, name] = /^(\d+)\. .*\((\w+), seed \d+\)$/.exec(title) ?? [];
	const scene = SCENES.find((one) => one === name);
	return row === undefined || scene === undefined ? undefined : { row: Number(row), scene };
}

import type { Interference } from '../../both-ways/interference.ts';
import { isPlayed, type FaultRow, FAULT_ROWS } from '../rows.ts';
import type { Fault, Playing } from '../playing.ts';
import { all, pick } from './meeting.ts';

/** Faults that need no other world than the scene's, and may come on top of one another. */
const MIXED = [1, 2, 3, 5, 7, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 22, 23, 24, 25, 26, 29];
const MOST_AT_A_TIME = 3;

/** Each round one to three faults, drawn by lot. */
export const mixOf = (faultOf: (row: number) => Fault | undefined): Fault => ({
	inject: (playing) => {
		const rows = FAULT_ROWS.filter(
			(row) => MIXED.includes(row.number) && isPlayed(row, playing.scene),
		);
		let round = 0;
		let meet: Interference | undefined;
		let drawn: readonly FaultRow[] = [];
		const draw = (): void => {
			round = playing.state.rounds;
			const count = 1 + Math.floor(playing.random() * MOST_AT_A_TIME);
			drawn = [...new Set(Array.from({ length: count }, () => pick(playing, rows)))];
			playing.state.drawn.push(drawn.map(({ number }) => number));
			meet = all(drawn.map(({ number }) => faultOf(number)?.inject(lot(playing))));
		};
		return async (call, serve) => {
			if (round !== playing.state.rounds) draw();
			return await (meet?.(call, serve) ?? serve());
		};
	},
	after: async (playing) => {
		for (const { number } of FAULT_ROWS)
			if (MIXED.includes(number)) await faultOf(number)?.after?.(playing);
	},
});

/** The same story with a seed of its own, so that a fault is not always the same beside others. */
function lot(playing: Playing): Playing {
	const seed = 1 + Math.floor(playing.random() * 1_000);
	return { ...playing, seed };
}

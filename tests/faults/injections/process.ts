import { LedgerError } from '../../../sync/ledger/ledger.ts';
import type { Fault } from '../playing.ts';
import { isHttp, isLedgerWrite, isLogin, meets, pick, refusing, upTo } from './meeting.ts';

/** About so many calls are made while a scene is played; every one of them has a seed. */
const MOST_CALLS = 160;

/** Seed 1 dies before the first call, seed 2 after it, and so on; then only the run dies. */
export const dies: Fault = {
	inject: (playing) => {
		const { seed, reach, world } = playing;
		const isOfRun = Math.floor((seed - 1) / (2 * MOST_CALLS)) % 2 === 1;
		const point = Math.floor((((seed - 1) >> 1) % MOST_CALLS) * reach);
		const isBefore = seed % 2 === 1;
		return meets(
			playing,
			() => !isOfRun || world.isRunning,
			async (_, serve) => {
				if (!isBefore) await serve();
				playing.state.dead = isOfRun ? 'run' : 'process';
				throw new Error('The process died');
			},
			{ skip: point, times: 1 },
		);
	},
};

export const switchedOff: Fault = {
	inject: (playing) => {
		const { world } = playing;
		const control = new AbortController();
		const off = meets(
			playing,
			isHttp,
			async (_, serve) => {
				const served = await serve();
				control.abort();
				return served;
			},
			{ skip: upTo(playing, 12), times: 1 },
		);
		let wasLogin = false;
		return async (call, serve) => {
			if (playing.state.beside) return await serve();
			const isOff = control.signal.aborted;
			// n8n itself logs in when a request is answered with 401, and repeats the request.
			const isN8ns = wasLogin || isLogin(call);
			if (call.to === 'salesforce') wasLogin = isLogin(call);
			// What comes after that round is a workflow that was switched on again.
			if (!isOff) world.signal = control.signal;
			else if (world.signal && isHttp(call) && !isN8ns)
				playing.broken.push(`${call.what} was begun after the workflow was switched off`);
			return await off(call, serve);
		};
	},
};

const TROUBLES = [
	() => new LedgerError('full', 'The disk that holds the ledger is full', 'Free some space.'),
	() => new LedgerError('locked', 'The ledger is locked by another process', 'It is tried again.'),
];

export const ledgerFails: Fault = {
	inject: (playing) =>
		meets(playing, isLedgerWrite, refusing(pick(playing, TROUBLES)), {
			skip: upTo(playing, 25),
			times: 1 + Math.floor(playing.random() * 6),
		}),
};

/** Rounds that run twice at the same time. */
const TWICE = 2;
const MOST_TURNS = 6;

export const atTheSameTime: Fault = {
	inject: (playing) => {
		const { random } = playing;
		playing.state.twice = true;
		return async (_, serve) => {
			playing.state.twice = playing.state.rounds <= TWICE;
			playing.state.strikes += 1;
			// Whose turn it is next is drawn by lot.
			for (let turns = Math.floor(random() * MOST_TURNS); turns > 0; turns -= 1)
				await Promise.resolve();
			return await serve();
		};
	},
};

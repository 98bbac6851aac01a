import { NoAnswerError } from '../../../sync/host.ts';
import type { Call, Interference } from '../../both-ways/interference.ts';
import type { Fault, Playing, RoundSeen } from '../playing.ts';
import {
	answer,
	answering,
	changing,
	isHttp,
	isHttpWrite,
	lostAfter,
	lostBefore,
	meets,
	MINUTE_MS,
	pick,
	upTo,
} from './meeting.ts';

type Nonsense = Parameters<typeof answer>[0];

const NONSENSE: readonly Nonsense[] = [
	{ status: 500, body: { code: 'internal', message: 'x' } },
	{ status: 502, headers: { 'content-type': 'text/html' }, body: '<html><h1>Bad Gateway</h1>' },
	{ status: 503 },
	{ status: 200, body: '' },
	{ status: 204 },
	{ status: 200, body: [] },
	{ status: 200, body: 'null' },
];
/** Of a write a 204 says that it is done. */
const NO_SUCCESS = NONSENSE.filter(({ status }) => status !== 204);

export const nonsenseFor = (playing: Playing, { writes }: Call): Nonsense =>
	pick(playing, writes ? NO_SUCCESS : NONSENSE);

export const nonsense: Fault = {
	inject: (playing) => {
		let left = 2 + Math.floor(playing.random() * 8);
		return async (call, serve) => {
			if (!isHttp(call) || left <= 0 || playing.random() < 0.5) return await serve();
			left -= 1;
			playing.state.strikes += 1;
			return answer(nonsenseFor(playing, call));
		};
	},
};

export const lostAnswers: Fault = {
	inject: (playing) =>
		meets(playing, isHttpWrite, lostAfter, {
			skip: upTo(playing, 4),
			times: 1 + Math.floor(playing.random() * 5),
		}),
};

const half = changing((body) => body.slice(0, body.length / 2));

const hangs =
	({ world }: Playing): Interference =>
	async () => {
		await Promise.resolve();
		world.clock.advance(2 * MINUTE_MS);
		throw new NoAnswerError('No answer (ETIMEDOUT)');
	};

export const brokenConnection: Fault = {
	inject: (playing) =>
		meets(playing, isHttp, pick(playing, [lostBefore, half, hangs(playing)]), {
			skip: upTo(playing, 10),
			times: 1 + Math.floor(playing.random() * 6),
		}),
};

/* ---------------------------------------------------------------- one of many */

const isCollection = ({ what, writes }: Call): boolean =>
	writes && what.includes('/composite/sobjects');
const isContactWrite = ({ to, what, writes }: Call): boolean =>
	to === 'brevo' && writes && what.includes('/contacts');

/** The first result of a collection is an error. */
export const firstFails = (statusCode: string, message: string): Interference =>
	changing((body) => {
		const results = JSON.parse(body) as unknown;
		if (!Array.isArray(results)) return body;
		const failed = { success: false, errors: [{ statusCode, message, fields: [] }] };
		return JSON.stringify([failed, ...(results as unknown[]).slice(1)]);
	});

const refusedBy = (service: 'brevo' | 'salesforce'): Interference =>
	answering(() =>
		service === 'brevo'
			? { status: 400, body: { code: 'invalid_parameter', message: 'refused' } }
			: { status: 400, body: [{ errorCode: 'JSON_PARSER_ERROR', message: 'refused' }] },
	);

export const oneIsRefused: Fault = {
	inject: (playing) => {
		if (playing.scene !== 'reverse')
			return meets(playing, isContactWrite, refusedBy('brevo'), {
				skip: upTo(playing, 5),
				times: 1,
			});
		const act = pick(playing, [
			firstFails('UNABLE_TO_LOCK_ROW', 'locked'),
			refusedBy('salesforce'),
		]);
		return meets(playing, isCollection, act, { times: 2 });
	},
	// Nobody but the refused one has to wait for the next round.
	holds: (rounds, playing) => othersAreWritten(rounds, playing),
};

function othersAreWritten(rounds: readonly RoundSeen[], { scene }: Playing): string[] {
	if (scene === 'reverse') return [];
	const struck = rounds.find(({ requests }) =>
		requests.some(({ to, writes, status }) => to === 'brevo' && writes && status === 400),
	);
	if (!struck) return [];
	const writes = struck.requests.filter(({ to, writes }) => to === 'brevo' && writes);
	const isAlone = writes.every(({ status }) => status === 400);
	return isAlone && writes.length > 1 ? ['Row 10: others were not written in the round'] : [];
}

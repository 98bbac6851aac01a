import type { Call } from '../../both-ways/interference.ts';
import { BREVO_KEY } from '../../../sandbox/brevo-account/keys.ts';
import type { Fault, Playing, RoundSeen } from '../playing.ts';
import {
	answering,
	changing,
	during,
	lostAfter,
	lostBefore,
	meets,
	MINUTE_MS,
	pick,
	toBrevo,
	upTo,
} from './meeting.ts';

/** A request is given up after a minute of waiting, and with it those behind it. */
const LONGEST_ROUND_MS = 10 * MINUTE_MS;
/** Of one round in a storm: eight at a time, eight tries at most. */
const MOST_CALLS = 64;

const RESETS = [undefined, '-30', '0', '999999999'];

export const storm: Fault = {
	inject: (playing) => {
		const reset = pick(playing, RESETS);
		const headers = reset === undefined ? {} : { 'x-sib-ratelimit-reset': reset };
		const refusal = answering(() => ({
			status: 429,
			headers,
			body: { code: 'too_many_requests' },
		}));
		return meets(playing, toBrevo, during(playing, 30 * MINUTE_MS, refusal));
	},
	holds: async (rounds, { world, used }) => {
		const written = written2xx(rounds);
		const charged = (await world.tasks()) - used;
		return [
			...boundedRounds(rounds),
			...(charged > written ? [`Row 5: ${charged} tasks for ${written} writes`] : []),
		];
	},
};

const written2xx = (rounds: readonly RoundSeen[]): number =>
	rounds
		.flatMap(({ requests }) => requests)
		.filter(({ writes, status }) => writes && status >= 200 && status < 300).length;

export const boundedRounds = (rounds: readonly RoundSeen[]): string[] =>
	rounds.flatMap(({ round, way, requests, waitedMs }) => {
		const calls = requests.filter(({ to, status }) => to === 'brevo' && status === 429).length;
		return [
			...(waitedMs > LONGEST_ROUND_MS ? [`Round ${round} ${way} waited ${waitedMs} ms`] : []),
			...(calls > MOST_CALLS ? [`Round ${round} ${way} was refused ${calls} times`] : []),
		];
	});

const CONTACTS =
	/^\w+ \/v3\/contacts(\/(?!attributes|lists|folders)[^/]+|\/lists\/\d+\/contacts\/\w+)?$/;

export const hourUsedUp: Fault = {
	options: () => ({ looksUp: true }),
	inject: (playing) => {
		// Somebody else has used them up: what was looked up in the scene is old by now.
		playing.state.strikes += playing.scene === 'import' ? 0 : 1;
		return meets(
			playing,
			(call) => toBrevo(call) && !CONTACTS.test(call.what),
			during(
				playing,
				60 * MINUTE_MS,
				answering(() => ({
					status: 429,
					headers: { 'x-sib-ratelimit-reset': '3600' },
					body: { code: 'too_many_requests' },
				})),
			),
		);
	},
	holds: (rounds, { scene }) => {
		const isHeldUp = rounds.some(({ error }) => error !== undefined);
		const mayGoOn = scene === 'incremental' || scene === 'reverse';
		return isHeldUp && mayGoOn ? ['Row 6: contacts did not go on'] : [];
	},
};

const isImport = ({ what }: Call): boolean => what.endsWith('/contacts/import');
const isProgress = ({ what }: Call): boolean => what.startsWith('GET /v3/processes');
const fewImports = (rounds: readonly RoundSeen[]): number =>
	rounds.flatMap(({ requests }) => requests).filter(({ what }) => what.endsWith('/import')).length;

const IMPORT_TROUBLES = {
	fails: (playing: Playing) => {
		playing.world.brevo.admin.importSpeed({ msPerImport: 1, failNext: true });
		return meets(playing, isImport, async (_, serve) => await serve());
	},
	'never ends': (playing: Playing) =>
		meets(
			playing,
			isProgress,
			during(
				playing,
				3 * 60 * MINUTE_MS,
				changing((body) => body.replaceAll('"completed"', '"in_process"')),
			),
		),
	'answer lost': (playing: Playing) => meets(playing, isImport, lostAfter, { times: 1 }),
	'not taken': (playing: Playing) => meets(playing, isImport, lostBefore, { times: 2 }),
};

export const imports: Fault = {
	// With those of the overlap.
	options: () => ({ pageSize: 200 }),
	people: 70,
	inject: (playing) =>
		IMPORT_TROUBLES[
			pick(playing, Object.keys(IMPORT_TROUBLES) as Array<keyof typeof IMPORT_TROUBLES>)
		](playing),
	holds: (rounds) =>
		fewImports(rounds) > rounds.length ? [`Row 11: ${fewImports(rounds)} imports`] : [],
};

const KEY_STATES = ['expired', 'deactivated', 'ip', 'deleted'] as const;
const KEY_IS_OFF_MS = 20 * MINUTE_MS;
/** Requests that are under way when the first is refused. */
const AT_A_TIME = 8;

export const keyRefused: Fault = {
	inject: (playing) => {
		const { admin } = playing.world.brevo;
		const state = pick(playing, KEY_STATES);
		const set = (now: typeof state | 'valid'): object => admin.key({ key: BREVO_KEY, state: now });
		let endsAt: number | undefined;
		return meets(
			playing,
			toBrevo,
			async (_, serve) => {
				const { clock } = playing.world;
				endsAt ??= clock.now() + KEY_IS_OFF_MS;
				set(clock.now() < endsAt ? state : 'valid');
				return await serve();
			},
			{ skip: upTo(playing, 5) },
		);
	},
	holds: (rounds) =>
		rounds.flatMap(({ round, requests, error = '' }) => {
			const refused = requests.filter(({ to, status }) => to === 'brevo' && status === 401).length;
			if (refused === 0) return [];
			return [
				...(refused > AT_A_TIME ? [`Row 17: round ${round} was refused ${refused} times`] : []),
				...(/key|IP/.test(error) ? [] : [`Row 17: round ${round} says “${error}”`]),
			];
		}),
	after: ({ world }) => {
		world.brevo.admin.key({ key: BREVO_KEY, state: 'valid' });
	},
};

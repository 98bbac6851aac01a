import type { Call } from '../../both-ways/interference.ts';
import type { Fault, RoundSeen } from '../playing.ts';
import { answer, answering, isLogin, meets, pick, toSalesforce, upTo } from './meeting.ts';
import { firstFails } from './wires.ts';

/** Four tries of a call, and a few calls before it. */
const MOST_CALLS = 30;

const boundedCalls = (rounds: readonly RoundSeen[]): string[] =>
	rounds.flatMap(({ round, requests }) => {
		const failed = requests.filter(
			({ to, status }) => to === 'salesforce' && status >= 400 && status !== 404,
		);
		return failed.length > MOST_CALLS
			? [`Round ${round} was refused ${failed.length} times by Salesforce`]
			: [];
	});

export const sessionEnds: Fault = {
	inject: (playing) => {
		const { salesforce } = playing.world;
		const isRefused = playing.seed % 2 === 1;
		const ends = meets(
			playing,
			toSalesforce,
			async (_, serve) => {
				salesforce.admin.expireSessions({});
				return await serve();
			},
			{ skip: upTo(playing, 6), times: 1 + Math.floor(playing.random() * 2) },
		);
		const refused = answering(() => ({
			status: 400,
			body: { error: 'invalid_grant', error_description: 'expired access/refresh token' },
		}));
		return async (call, serve) =>
			isRefused && isLogin(call) && playing.state.rounds <= 2
				? await refused(call, serve)
				: await ends(call, serve);
	},
	holds: (rounds, { seed }) => [
		...boundedCalls(rounds),
		...rounds.flatMap(({ round, requests, error = '' }) => {
			const logins = requests.filter(({ what }) => what.endsWith('/token'));
			const wasRefused = logins.some(({ status }) => status === 400);
			if (wasRefused && !/login|session|connect|credential|authori/i.test(error))
				return [`Row 16: round ${round} says “${error}”`];
			// One for each end of a session, and one for a process that began anew.
			return logins.length > (seed % 2 === 1 ? 4 : 3)
				? [`Row 16: ${logins.length} logins in round ${round}`]
				: [];
		}),
	],
};

const TROUBLES: ReadonlyArray<readonly [number, string, string]> = [
	[403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'],
	[403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.'],
	[400, 'QUERY_TIMEOUT', 'Your query request was running for too long.'],
	[500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred.'],
	[503, 'SERVER_UNAVAILABLE', 'Server too busy.'],
	[400, 'INVALID_QUERY_LOCATOR', 'invalid query locator'],
];

const isCollection = ({ what, writes }: Call): boolean =>
	writes && what.includes('/composite/sobjects');

export const salesforceTrouble: Fault = {
	inject: (playing) => {
		if (playing.scene === 'reverse' && playing.seed % 3 === 0)
			return meets(playing, isCollection, firstFails('UNABLE_TO_LOCK_ROW', 'locked'), {
				times: 2,
			});
		const [status, errorCode, message] = pick(playing, TROUBLES);
		return meets(
			playing,
			toSalesforce,
			async () => {
				await Promise.resolve();
				return answer({ status, body: [{ errorCode, message }] });
			},
			{ skip: upTo(playing, 3), times: 1 + Math.floor(playing.random() * 3) },
		);
	},
	holds: boundedCalls,
};

export const lateRecords: Fault = {
	inject: (playing) => {
		const { salesforce } = playing.world;
		for (let n = 0; n < 3; n += 1) {
			const { id } = salesforce.admin.lateCommit({
				object: 'Contact',
				values: { LastName: 'Kim', Email: `hidden-${n}@example.com` },
				seconds: 30 + Math.floor(playing.random() * 200),
			}) as { id: string };
			playing.more.push(id);
			playing.state.strikes += 1;
		}
		return undefined;
	},
};

const TIES = 2_100;
const TIED_EDITS = 40;

export const sameStamp: Fault = {
	options: () => ({ pageSize: 500 }),
	inject: (playing) => {
		const { world, scene, ids } = playing;
		playing.state.strikes += 1;
		if (scene !== 'reverse') {
			world.salesforce.admin.generate({ count: TIES, days: 0 });
			playing.more.push(
				...world.salesforce.admin
					.records({ object: 'Contact' })
					.map(({ Id }) => String(Id))
					.filter((id) => !ids.includes(id)),
			);
			return undefined;
		}
		for (const ext_id of ids.slice(0, TIED_EDITS))
			if (world.brevo.admin.contact({ ext_id })['found'] === true)
				world.brevo.admin.edit({ ext_id, attributes: { FIRSTNAME: 'Quentin' } });
		return undefined;
	},
};

import type { Call, Interference } from '../both-ways/world.ts';
import { type HttpResponse, NoAnswerError } from '../../sync/host.ts';
import type { Playing } from './run.ts';

/** Sets a fault up; gives what meets each call, if anything does. */
export type Injection = (playing: Playing) => Interference | undefined;

type Answer = Omit<Partial<HttpResponse>, 'body'> & { readonly body?: unknown };

const isHttp = ({ to }: Call): boolean => to === 'brevo' || to === 'salesforce';
const isLedgerWrite = (call: Call): boolean => !isHttp(call) && call.writes;
const toBrevo = ({ to }: Call): boolean => to === 'brevo';
const isContacts = ({ to, what }: Call): boolean => to === 'brevo' && what.includes('/contacts');

const MINUTE_MS = 60_000;

/** An answer instead of the service's; of whichever type its caller waits for. */
function answer({ status = 200, headers = {}, body = '' }: Answer): never {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return {
		status,
		headers: { 'content-type': 'application/json', ...headers },
		body: text,
	} as never;
}

/** Meets the calls that fit, as often as said; lets the others pass. */
const meets =
	(
		fits: (call: Call) => boolean,
		act: Interference,
		{ skip = 0, times = Infinity }: { readonly skip?: number; readonly times?: number } = {},
	): Interference =>
	async (call, serve) => {
		if (!fits(call)) return await serve();
		if (skip > 0) {
			skip -= 1;
			return await serve();
		}
		if (times <= 0) return await serve();
		times -= 1;
		return await act(call, serve);
	};

const refusing =
	(error: () => Error): Interference =>
	async () => {
		await Promise.resolve();
		throw error();
	};
const answering =
	(given: Answer): Interference =>
	async () => {
		await Promise.resolve();
		return answer(given);
	};
const lostAfter: Interference = async (_, serve) => {
	await serve();
	throw new NoAnswerError('No answer (ECONNRESET)');
};
const lostBefore = refusing(() => new NoAnswerError('No answer (ENOTFOUND)'));

/** The fault lasts so long from now on, by the story's clock. */
const during =
	({ world }: Playing, milliseconds: number, act: Interference): Interference =>
	async (call, serve) =>
		world.clock.now() < endsAt(world, milliseconds) ? await act(call, serve) : await serve();

const ends = new WeakMap<object, number>();
function endsAt(world: Playing['world'], milliseconds: number): number {
	const known = ends.get(world) ?? world.clock.now() + milliseconds;
	ends.set(world, known);
	return known;
}

const pick = <T>({ random }: Playing, values: readonly T[]): T =>
	values[Math.floor(random() * values.length)] as T;
const upTo = ({ random }: Playing, most: number): number => Math.floor(random() * most);

/** Dies at a call drawn by lot, before it is served or after. */
const dies: Injection = (playing) => {
	const die = (): never => {
		playing.dead = true;
		throw new Error('The process died');
	};
	const isBefore = playing.random() < 0.5;
	return meets(
		() => true,
		async (_, serve) => {
			if (!isBefore) await serve();
			return die();
		},
		{ skip: upTo(playing, 60), times: 1 },
	);
};

const switchedOff: Injection = (playing) => {
	const control = new AbortController();
	playing.world.signal = control.signal;
	return meets(
		isHttp,
		async (_, serve) => {
			const served = await serve();
			control.abort();
			return served;
		},
		{ skip: upTo(playing, 12), times: 1 },
	);
};

const fullDisk: Injection = (playing) =>
	meets(
		isLedgerWrite,
		refusing(() => new Error(pick(playing, ['database or disk is full', 'database is locked']))),
		{ skip: upTo(playing, 25), times: 1 + upTo(playing, 6) },
	);

const RESETS = [undefined, '-30', '0', '999999999'];
const storm: Injection = (playing) => {
	const reset = pick(playing, RESETS);
	const headers = reset === undefined ? {} : { 'x-sib-ratelimit-reset': reset };
	const refusal = answering({ status: 429, headers, body: { code: 'too_many_requests' } });
	return during(playing, 30 * MINUTE_MS, meets(toBrevo, refusal));
};

const hourUsedUp: Injection = (playing) =>
	during(
		playing,
		60 * MINUTE_MS,
		meets(
			(call) => toBrevo(call) && !isContacts(call),
			answering({
				status: 429,
				headers: { 'x-sib-ratelimit-reset': '3600' },
				body: { code: 'too_many_requests' },
			}),
		),
	);

const NONSENSE: readonly Answer[] = [
	{ status: 500, body: { code: 'internal', message: 'x' } },
	{ status: 502, headers: { 'content-type': 'text/html' }, body: '<html><h1>Bad Gateway</h1>' },
	{ status: 503 },
	{ status: 200, body: '' },
	{ status: 204 },
	{ status: 200, body: [] },
	{ status: 200, body: 'null' },
];
/** Of a write a 204 says that it is done. */
const isNoSuccess = ({ status }: Answer): boolean => status !== 204;
const nonsense: Injection = (playing) => {
	let left = 2 + upTo(playing, 8);
	return async (call, serve) => {
		if (!isHttp(call) || left <= 0 || playing.random() < 0.5) return await serve();
		left -= 1;
		return answer(pick(playing, call.writes ? NONSENSE.filter(isNoSuccess) : NONSENSE));
	};
};

const lostAnswers: Injection = (playing) =>
	meets((call) => isHttp(call) && call.writes, lostAfter, {
		skip: upTo(playing, 4),
		times: 1 + upTo(playing, 5),
	});

const brokenConnection: Injection = (playing) => {
	const cut: Interference = async <T>(_: Call, serve: () => Promise<T>) => {
		const whole = (await serve()) as HttpResponse;
		return { ...whole, body: whole.body.slice(0, whole.body.length / 2) } as T;
	};
	const act = pick(playing, [lostBefore, cut]);
	return meets(isHttp, act, { skip: upTo(playing, 10), times: 1 + upTo(playing, 6) });
};

const oneIsRefused: Injection = (playing) => {
	const inSalesforce = playing.scene === 'reverse';
	if (!inSalesforce)
		return meets(
			(call) => isContacts(call) && call.writes,
			answering({ status: 400, body: { code: 'invalid_parameter', message: 'refused' } }),
			{ skip: upTo(playing, 5), times: 1 },
		);
	const refuse: Interference = async <T>(_: Call, serve: () => Promise<T>) => {
		const whole = (await serve()) as HttpResponse;
		const results = JSON.parse(whole.body) as unknown;
		if (!Array.isArray(results)) return whole as T;
		const error = { statusCode: 'UNABLE_TO_LOCK_ROW', message: 'locked', fields: [] };
		const body = results.map((result: unknown, index) =>
			index === 0 ? { success: false, errors: [error] } : result,
		);
		return { ...whole, body: JSON.stringify(body) } as T;
	};
	return meets((call) => call.what.includes('/composite/sobjects'), refuse, { times: 2 });
};

const imports: Injection = (playing) => {
	const { brevo } = playing.world;
	const trouble = pick(playing, ['fails', 'never ends', 'answer lost', 'not taken'] as const);
	const isImport = ({ what }: Call): boolean => what.endsWith('/contacts/import');
	switch (trouble) {
		case 'fails': {
			brevo.admin.importSpeed({ failNext: true });
			return undefined;
		}
		case 'never ends':
			return during(
				playing,
				3 * 60 * MINUTE_MS,
				meets(
					({ what }) => what.startsWith('GET /v3/processes'),
					async <T>(_: Call, serve: () => Promise<T>) => {
						const whole = (await serve()) as HttpResponse;
						const body = whole.body.replaceAll('"completed"', '"in_process"');
						return { ...whole, body } as T;
					},
				),
			);
		case 'answer lost':
			return meets(isImport, lostAfter, { times: 1 });
		case 'not taken':
			return meets(isImport, lostBefore, { times: 2 });
	}
};

const twice: Injection = (playing) => {
	const { world, ids } = playing;
	return meets(
		({ to, what }) => to === 'hints' && what === 'pending',
		async (_, serve) => {
			await world.ledger.hints.note(world.stream, ids.slice(0, 4));
			return await serve();
		},
		{ times: 3 },
	);
};

const anyOrder: Injection = ({ world, ids, random }) => {
	const shuffled = [...ids].sort(() => random() - 0.5);
	return meets(
		({ to, what }) => to === 'hints' && what === 'pending',
		async (_, serve) => {
			for (const id of shuffled.splice(0, 3)) await world.ledger.hints.note(world.stream, [id]);
			return await serve();
		},
	);
};

const webhooksLost: Injection = () =>
	meets(
		({ to, what }) => to === 'hints' && what === 'pending',
		async <T>() => {
			await Promise.resolve();
			return [] as T;
		},
	);

const sessionEnds: Injection = (playing) => {
	const { salesforce } = playing.world;
	let calls = upTo(playing, 6);
	const isLogin = ({ what }: Call): boolean => what.endsWith('/oauth2/token');
	const refused = playing.random() < 0.5;
	return async (call, serve) => {
		if (call.to !== 'salesforce') return await serve();
		if (refused && isLogin(call) && playing.random() < 0.7)
			return answer({ status: 400, body: { error: 'invalid_grant' } });
		calls -= 1;
		if (calls === 0) salesforce.admin.expireSessions(undefined as never);
		return await serve();
	};
};

const keyRefused: Injection = (playing) =>
	during(
		playing,
		20 * MINUTE_MS,
		meets(toBrevo, answering({ status: 401, body: { code: 'unauthorized', message: 'x' } }), {
			skip: upTo(playing, 5),
		}),
	);

const SALESFORCE_TROUBLES: ReadonlyArray<readonly [number, string, string]> = [
	[403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'],
	[403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.'],
	[400, 'QUERY_TIMEOUT', 'Your query request was running for too long.'],
	[500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred.'],
	[503, 'SERVER_UNAVAILABLE', 'Server too busy.'],
	[400, 'INVALID_QUERY_LOCATOR', 'invalid query locator'],
];
const salesforceTrouble: Injection = (playing) => {
	const [status, errorCode, message] = pick(playing, SALESFORCE_TROUBLES);
	return meets(
		({ to, what }) => to === 'salesforce' && !what.endsWith('/token'),
		answering({ status, body: [{ errorCode, message }] }),
		{ skip: upTo(playing, 3), times: 1 + upTo(playing, 3) },
	);
};

const wrongClock: Injection = ({ world, random }) => {
	world.skewMs = (random() < 0.5 ? 1 : -1) * 24 * 60 * MINUTE_MS;
	return undefined;
};

const lateRecords: Injection = (playing) => {
	const { salesforce } = playing.world;
	for (let n = 0; n < 3; n += 1)
		salesforce.admin.lateCommit({
			object: 'Contact',
			values: { LastName: 'Kim', Email: `hidden-${n}@example.com` },
			seconds: 30 + upTo(playing, 200),
		});
	return undefined;
};

const sameStamp: Injection = ({ world }) => {
	world.salesforce.admin.load({ contacts: 300 });
	return undefined;
};

const whileReading: Injection = (playing) => {
	const { world, ids } = playing;
	return meets(
		isHttp,
		async (_, serve) => {
			const served = await serve();
			edit(playing, pick(playing, ids), { LastName: pick(playing, ['Kim', 'Zoëlle']) });
			world.clock.advance(upTo(playing, 3) * 1_000);
			return served;
		},
		{ skip: upTo(playing, 3), times: 4 },
	);
};

function edit({ world }: Playing, id: string, values: Record<string, unknown>): void {
	try {
		world.salesforce.admin.update({ object: 'Contact', id, values });
	} catch {
		// It was deleted; people then edit nothing.
	}
}

const peopleDelete: Injection = (playing) => {
	const { world, ids } = playing;
	const { admin } = world.salesforce;
	for (const id of ids.slice(6, 8)) playing.deleted.add(id);
	const [winner, loser, gone] = [ids[5], ids[6], ids[7]];
	return meets(
		isHttp,
		async (_, serve) => {
			const served = await serve();
			try {
				if (playing.random() < 0.3) admin.delete({ object: 'Contact', id: gone ?? '' });
				else if (playing.random() < 0.5) admin.undelete({ object: 'Contact', id: gone ?? '' });
				else
					admin.merge({
						object: 'Contact',
						winner: winner ?? '',
						losers: [loser ?? ''],
						values: {},
					});
			} catch {
				// What is gone cannot go again.
			}
			return served;
		},
		{ skip: upTo(playing, 4), times: 4 },
	);
};

const addresses: Injection = (playing) => {
	const { world, ids } = playing;
	const [one, other, third] = ids.slice(2, 5).map((id) => id);
	const emailOf = (id = ''): unknown =>
		world.salesforce.admin.records({ object: 'Contact', ids: [id] })[0]?.['Email'] ?? null;
	const [a, b] = [emailOf(one), emailOf(other)];
	edit(playing, one ?? '', { Email: b });
	world.clock.advance(2_000);
	edit(playing, other ?? '', { Email: a });
	world.clock.advance(2_000);
	edit(playing, third ?? '', { Email: pick(playing, [a, null]) });
	return undefined;
};

const echoes: Injection = (playing) =>
	meets(
		({ to, what }) => to === 'links' && what === 'written',
		async (_, serve) => {
			const { world, ids } = playing;
			const served = await serve();
			await world.ledger.hints.note(world.stream, ids.slice(0, 6));
			return served;
		},
	);

const bothSides: Injection = (playing) => {
	const { world, ids } = playing;
	for (const id of ids.slice(0, 4)) {
		edit(playing, id, { LastName: pick(playing, ['Kim', 'Zoëlle']) });
		try {
			world.brevo.admin.edit({ ext_id: id, attributes: { LASTNAME: 'Quentin-Roux' } });
		} catch {
			// It is not in Brevo.
		}
	}
	return undefined;
};

const quotaUsedUp: Injection = ({ world, used }) => {
	world.quota = used + 3;
	return undefined;
};

const atTheSameTime: Injection = (playing) => {
	const { world } = playing;
	let isSecond = false;
	return meets(
		({ to, what }) => to === 'pages' && what === 'open',
		async (_, serve) => {
			if (!isSecond) {
				isSecond = true;
				const round = playing.scene === 'reverse' ? world.back(true) : world.there();
				await Promise.all([round.catch(() => undefined), Promise.resolve()]);
				isSecond = false;
			}
			return await serve();
		},
		{ times: 2 },
	);
};

/** Any of these at any call. */
const anything: Injection = (playing) => {
	const soft: Interference[] = [
		lostBefore,
		lostAfter,
		async (call) => answer(pick(playing, call.writes ? NONSENSE.filter(isNoSuccess) : NONSENSE)),
		answering({ status: 429, headers: { 'x-sib-ratelimit-reset': '5' }, body: {} }),
	];
	const disk = refusing(() => new Error('database is locked'));
	return async (call, serve) => {
		const lot = playing.random();
		if (isHttp(call)) {
			if (lot < 0.12) return await pick(playing, soft)(call, serve);
			if (lot < 0.16) edit(playing, pick(playing, playing.ids), { LastName: 'Kim' });
		} else if (call.writes && lot < 0.02) return await disk(call, serve);
		if (lot > 0.99) {
			if (playing.random() < 0.5) await serve();
			playing.dead = true;
			throw new Error('The process died');
		}
		return await serve();
	};
};

const INJECTIONS: Readonly<Record<number, Injection>> = {
	1: dies,
	2: switchedOff,
	3: fullDisk,
	5: storm,
	6: hourUsedUp,
	7: nonsense,
	8: lostAnswers,
	9: brokenConnection,
	10: oneIsRefused,
	11: imports,
	12: twice,
	13: anyOrder,
	14: webhooksLost,
	16: sessionEnds,
	17: keyRefused,
	18: salesforceTrouble,
	19: wrongClock,
	20: lateRecords,
	21: sameStamp,
	22: whileReading,
	23: peopleDelete,
	24: addresses,
	25: echoes,
	26: bothSides,
	29: quotaUsedUp,
	30: atTheSameTime,
	32: anything,
};

export function injectionOf(row: number): Injection {
	const injection = INJECTIONS[row];
	if (!injection) throw new Error(`Nothing is injected for row ${row}`);
	return injection;
}

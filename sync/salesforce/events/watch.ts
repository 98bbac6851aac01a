import type { SalesforceObject } from '../../changes/change.ts';
import { NoAnswerError } from '../../host.ts';
import { CLIENT_NAME, type SalesforceConnection, speaking } from '../connection.ts';
import { BayeuxError, type BayeuxMessage, BayeuxSession, NoBayeuxError } from './bayeux.ts';

/** What an event says; what became of the record only a read tells. */
export interface ChangeNews {
	/** `gap`: Salesforce could not tell what changed. `overflow`: nor in which records. */
	readonly kind: 'changed' | 'gap' | 'overflow';
	/** 18-character ids; may be empty. */
	readonly ids: readonly string[];
	/** Milliseconds since the epoch, Salesforce's clock; 0 when it was not told. */
	readonly committedAt: number;
	readonly replayId: number;
}

export type StreamState =
	| { readonly kind: 'listening' }
	| { readonly kind: 'unavailable'; readonly message: string; readonly remedy: string };

export interface Watch {
	readonly connection: SalesforceConnection;
	readonly object: SalesforceObject;
	/** Id of the last event that was dealt with; absent for new ones only. */
	readonly replayFrom?: number;
	readonly onNews: (news: ChangeNews) => void;
	/** Told when it changes. */
	readonly onState: (state: StreamState) => void;
	/** 0 (inclusive) to 1 (exclusive), for jitter. */
	readonly random?: () => number;
}

const NEW_ONLY = -1;
/** Nothing is known, neither what nor when. */
const LOOK: ChangeNews = { kind: 'gap', ids: [], committedAt: 0, replayId: NEW_ONLY };
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Where events are not enabled somebody may enable them. */
const LOOK_AGAIN_MS = 3_600_000;

/**
 * Listens for change events until the host's signal aborts; never rejects. What is lost while it
 * cannot listen the poll finds.
 */
export async function watchChanges(watch: Watch): Promise<void> {
	const { connection, onState, random = Math.random } = watch;
	const { sleep, signal } = connection.host;
	const memory: Memory = { replayId: watch.replayFrom ?? NEW_ONLY, state: '', failures: 0 };
	const tell = (state: StreamState): void => {
		const told = state.kind === 'listening' ? '' : state.message;
		if (memory.state === state.kind + told) return;
		memory.state = state.kind + told;
		onState(state);
	};
	const isOver = (): boolean => signal?.aborted === true;
	while (!isOver()) {
		let wait = 0;
		try {
			await listen(watch, memory, tell);
		} catch (error) {
			if (isOver()) return;
			wait = await afterTrouble(watch, memory, error, tell, random);
		}
		await sleep(wait, signal).catch(() => undefined);
	}
}

interface Memory {
	replayId: number;
	state: string;
	failures: number;
}

type Tell = (state: StreamState) => void;

/** One session; ends by rejecting. */
async function listen(watch: Watch, memory: Memory, tell: Tell): Promise<never> {
	const session = new BayeuxSession(watch.connection);
	const channel = `/data/${watch.object}ChangeEvent`;
	await session.handshake();
	await session.subscribe(channel, memory.replayId);
	// What changed before this moment no event will tell: a poll has to look.
	if (memory.replayId === NEW_ONLY) watch.onNews(LOOK);
	for (;;) {
		const messages = await session.connect();
		memory.failures = 0;
		tell({ kind: 'listening' });
		for (const message of messages) {
			const news = message.channel === channel ? newsOf(message) : undefined;
			if (!news) continue;
			memory.replayId = news.replayId;
			watch.onNews(news);
		}
	}
}

/** Milliseconds to wait before the next session. */
async function afterTrouble(
	{ connection }: Watch,
	memory: Memory,
	error: unknown,
	tell: Tell,
	random: () => number,
): Promise<number> {
	memory.failures += 1;
	const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (memory.failures - 1));
	const wait = Math.round(longest * (0.5 + random() / 2));
	if (error instanceof BayeuxError) {
		if (error.handshakeAgain) return memory.failures > 1 ? wait : 0;
		if (/replayId/i.test(error.reason) && memory.replayId !== NEW_ONLY) {
			// Older than 72 hours: nobody knows what was missed.
			memory.replayId = NEW_ONLY;
			return 0;
		}
		if (error.code === '401' || /authentication/i.test(error.reason)) {
			// A call to the REST API lets the host log in anew.
			await speaking(connection, () =>
				connection.jsforce.requestGet(`/services/data/v${connection.apiVersion}`),
			).catch(() => undefined);
			if (memory.failures <= 3) return wait;
		}
		tell(unavailable(error));
		return LOOK_AGAIN_MS;
	}
	if (error instanceof NoBayeuxError && error.status === 404) {
		tell(unavailable(new BayeuxError({ error: '404::There is no CometD' })));
		return LOOK_AGAIN_MS;
	}
	if (!(error instanceof NoAnswerError || error instanceof NoBayeuxError))
		connection.host.logger.debug(`Change events: ${(error as Error).message}`);
	return wait;
}

/** How Salesforce's own sentences begin (Streaming API Error Codes). Of any other text nobody knows what
 *  it quotes, so that nothing of it is repeated. */
const KNOWN_REASON =
	/^(?:Organization [a-z ]{1,40} limit exceeded|User not allowed to subscribe|Handshake denied|The channel you requested to subscribe to does not exist|(?:Invalid|Unsupported) API version|API version in the URI is mandatory|There is no CometD)/;

function unavailable({ reason, code }: BayeuxError): StreamState {
	const isLimit = /limit exceeded/i.test(reason);
	const [known = 'it refused them'] = KNOWN_REASON.exec(reason) ?? [];
	return {
		kind: 'unavailable',
		message: `Salesforce sends no change events: ${known}${code ? ` (${code})` : ''}`,
		remedy: isLimit
			? 'The organisation has used up its events or clients; the trigger looks for changes by itself and tries events again in an hour.'
			: 'The trigger looks for changes by itself all the same. For events choose the object in Salesforce Setup > Change Data Capture, and give the user “View All” on it; it is tried again in an hour.',
	};
}

interface Header {
	readonly changeType?: unknown;
	readonly changeOrigin?: unknown;
	readonly recordIds?: unknown;
	readonly commitTimestamp?: unknown;
}

/** Undefined for what is no change event, and for what this package has written itself. */
function newsOf({ data }: BayeuxMessage): ChangeNews | undefined {
	const { payload, event } = (data ?? {}) as {
		payload?: { ChangeEventHeader?: Header };
		event?: { replayId?: unknown };
	};
	const header = payload?.ChangeEventHeader;
	if (!header || typeof event?.replayId !== 'number') return undefined;
	const type = String(header.changeType);
	const origin = header.changeOrigin;
	const isOwn = typeof origin === 'string' && origin.includes(`client=${CLIENT_NAME}`);
	const ids = Array.isArray(header.recordIds) ? header.recordIds.filter(isRecordId) : [];
	const isOverflow = type === 'GAP_OVERFLOW';
	return {
		kind: isOverflow ? 'overflow' : type.startsWith('GAP_') ? 'gap' : 'changed',
		ids: isOwn || isOverflow ? [] : ids,
		committedAt: Number(header.commitTimestamp ?? 0),
		replayId: event.replayId,
	};
}

/** Also a wildcard ("003*") stands there at times; the poll finds those. */
const isRecordId = (id: unknown): id is string =>
	typeof id === 'string' && /^[a-zA-Z0-9]{18}$/.test(id);

import { unlessAborted } from '../../cancellation.ts';
import type { SalesforceConnection } from '../connection.ts';

/*
 * Bayeux (CometD) over long polling, as far as Salesforce's change events need it. Own code, because
 * jsforce's client is faye with an HTTP of its own, and everything here goes through the host's
 * (decision 6).
 *
 *   handshake -> subscribe -> connect: the server answers when there is an event or after 110 s
 *                                 ^________________________________________|
 */

/** Salesforce answers a poll after 110 seconds at the latest. */
const POLL_MS = 130_000;
const ANSWER_MS = 30_000;

export interface BayeuxMessage {
	readonly channel?: unknown;
	readonly successful?: unknown;
	readonly error?: unknown;
	readonly clientId?: unknown;
	readonly data?: unknown;
	readonly ext?: { readonly sfdc?: { readonly failureReason?: unknown } };
	readonly advice?: { readonly reconnect?: unknown; readonly interval?: unknown };
}

/** The server refused; `code` and `reason` are its own ("403::Unknown client"). */
export class BayeuxError extends Error {
	override readonly name = 'BayeuxError';
	readonly code: string;
	readonly reason: string;
	/** The session is gone; a new handshake may help. */
	readonly handshakeAgain: boolean;

	constructor({ error, ext, advice }: BayeuxMessage) {
		const text = textOf(ext?.sfdc?.failureReason) || textOf(error);
		const [, code = '', reason = text] = /^(\d{3}):[^:]*:(.*)$/s.exec(text) ?? [];
		super(`Salesforce refused change events (${code || 'no code'})`);
		this.code = code;
		this.reason = reason;
		this.handshakeAgain = advice?.reconnect === 'handshake' || /unknown client/i.test(reason);
	}
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What came was no Bayeux: a gateway's page, an error status. */
export class NoBayeuxError extends Error {
	override readonly name = 'NoBayeuxError';
	readonly status: number;

	constructor(status: number) {
		super(`No answer about change events (HTTP ${status})`);
		this.status = status;
	}
}

/** One session. Nothing is repeated here; every trouble rejects. */
export class BayeuxSession {
	readonly #connection: SalesforceConnection;
	readonly #cookies = new Map<string, string>();
	#clientId = '';
	#messages = 0;

	constructor(connection: SalesforceConnection) {
		this.#connection = connection;
	}

	async handshake(): Promise<void> {
		const { reply } = await this.#send(
			{
				channel: '/meta/handshake',
				version: '1.0',
				minimumVersion: '1.0',
				supportedConnectionTypes: ['long-polling'],
				ext: { replay: true },
			},
			ANSWER_MS,
		);
		this.#clientId = String(reply.clientId);
	}

	/** `replayFrom`: the id after which events are wanted; -1 for new ones only. */
	async subscribe(subscription: string, replayFrom: number): Promise<void> {
		const ext = { replay: { [subscription]: replayFrom } };
		await this.#send(
			{ channel: '/meta/subscribe', clientId: this.#clientId, subscription, ext },
			ANSWER_MS,
		);
	}

	/** The next events; none when there were none for a while. */
	async connect(): Promise<readonly BayeuxMessage[]> {
		const { others } = await this.#send(
			{
				channel: '/meta/connect',
				clientId: this.#clientId,
				connectionType: 'long-polling',
			},
			POLL_MS,
		);
		return others;
	}

	/** The answer to a message, and what came beside it. */
	async #send(
		message: Readonly<Record<string, unknown>> & { readonly channel: string },
		timeoutMs: number,
	): Promise<{ readonly reply: BayeuxMessage; readonly others: readonly BayeuxMessage[] }> {
		const { http, host, jsforce, apiVersion } = this.#connection;
		this.#messages += 1;
		const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		const response = await unlessAborted(
			http({
				method: 'POST',
				url: `${jsforce.instanceUrl}/cometd/${apiVersion}`,
				headers: {
					'content-type': 'application/json',
					accept: 'application/json',
					...(cookie !== '' && { cookie }),
				},
				body: JSON.stringify([{ ...message, id: String(this.#messages) }]),
				timeoutMs,
			}),
			host.signal,
		);
		this.#keep(response.headers['set-cookie'] ?? '');
		const messages = messagesOf(response.body);
		const reply = messages.find(({ channel }) => channel === message.channel);
		if (!reply) throw new NoBayeuxError(response.status);
		if (reply.successful !== true) throw new BayeuxError(reply);
		return { reply, others: messages.filter((other) => other !== reply) };
	}

	/** Several cookies come as one line; a comma also stands in the date of one. */
	#keep(header: string): void {
		for (const cookie of header.split(/,\s*(?=[^\s;,=]+=)/)) {
			const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(cookie) ?? [];
			if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
		}
	}
}

function messagesOf(body: string): readonly BayeuxMessage[] {
	try {
		const parsed: unknown = JSON.parse(body);
		const messages: unknown[] = Array.isArray(parsed) ? parsed : [];
		return messages.filter(
			(message): message is BayeuxMessage => typeof message === 'object' && message !== null,
		);
	} catch {
		return [];
	}
}

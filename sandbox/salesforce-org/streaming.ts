import { randomBytes } from 'node:crypto';
import type { SandboxClock, SandboxReply, SandboxRequest } from '../service.ts';
import { CAPTURED } from './changeBody.ts';
import { type CapturedObject, ChangeFeed } from './changeFeed.ts';
import { EventBus } from './eventBus.ts';
import type { Login } from './login.ts';
import type { Organization } from './organization.ts';
import { StreamingClient } from './streamingClient.ts';

const OLDEST_VERSION = 37;
/** Salesforce's advice: a long poll lasts up to 110 seconds. */
const POLL_MS = 110_000;
/** Durable Streaming, Developer Edition: concurrent clients. */
const MOST_CLIENTS = 20;

type Message = Readonly<Record<string, unknown>>;

export const channelOf = (object: CapturedObject): string => `/data/${object}ChangeEvent`;

/** CometD long polling at /cometd/<version> (reference: Streaming API guide, salesforce 2.5). */
export class Streaming {
	readonly feed: ChangeFeed;
	readonly #clock: SandboxClock;
	readonly #login: Login;
	readonly #bus: EventBus;
	readonly #clients = new Map<string, StreamingClient>();
	#pollMs = POLL_MS;
	#refusal: string | undefined;

	constructor(organization: Organization, login: Login) {
		this.#clock = organization.clock;
		this.#login = login;
		this.#bus = new EventBus(organization.clock);
		this.feed = new ChangeFeed(organization, ({ object, payload }) => {
			const channel = channelOf(object);
			const message = this.#bus.publish(channel, payload);
			for (const client of this.#clients.values())
				if (client.subscriptions.has(channel)) client.send([message]);
		});
	}

	get state(): { readonly clients: number; readonly events: number } {
		this.#forgetAbsent();
		return { clients: this.#clients.size, events: this.#bus.size };
	}

	/** How long a poll lasts, and with which error every one is refused, if any. */
	behave({ pollMs = POLL_MS, refusal }: { pollMs?: number; refusal?: string }): void {
		this.#pollMs = pollMs;
		this.#refusal = refusal;
		if (refusal !== undefined) this.dropClients();
	}

	/** The server forgets all clients, as when it is replaced. */
	dropClients(): void {
		for (const client of this.#clients.values()) client.end();
		this.#clients.clear();
	}

	async answer(request: SandboxRequest): Promise<SandboxReply> {
		const version = Number(/^\/cometd\/(\d+\.\d)(?:\/|$)/.exec(request.path)?.[1]);
		if (!(version >= OLDEST_VERSION)) return { status: 400, body: BAD_VERSION };
		const messages = messagesOf(request);
		if (!messages) return { status: 400, body: 'Malformed JSON' };
		this.#forgetAbsent();
		const cookies: string[] = [];
		const answers: object[] = [];
		for (const message of messages) answers.push(...(await this.#reply(request, message, cookies)));
		return {
			status: 200,
			cookies,
			body: answers,
		};
	}

	async #reply(request: SandboxRequest, message: Message, cookies: string[]): Promise<object[]> {
		const channel = String(message['channel']);
		const reply = replyTo(message);
		const isLoggedIn = this.#login.isValid(request.headers['authorization']);
		if (channel === '/meta/handshake') {
			if (isLoggedIn) return [this.#handshake(request, reply, cookies)];
			const hasLogin = request.headers['authorization'] !== undefined;
			return [reply(denied(hasLogin ? INVALID : 'Request requires authentication'))];
		}
		const client = this.#clientOf(request, message);
		if (!client) return [reply({ ...UNKNOWN_CLIENT, successful: false })];
		client.seen();
		if (!isLoggedIn) {
			const advice = { reconnect: 'none', interval: 0 };
			return [reply({ clientId: client.id, advice, error: `401::${INVALID}`, successful: false })];
		}
		switch (channel) {
			case '/meta/connect':
				return await this.#connect(client, reply);
			case '/meta/subscribe':
				return [this.#subscribe(client, message, reply)];
			case '/meta/unsubscribe':
				client.subscriptions.delete(String(message['subscription']));
				return [reply({ subscription: message['subscription'], successful: true })];
			case '/meta/disconnect':
				client.end();
				this.#clients.delete(client.id);
				return [reply({ successful: true })];
			default:
				return [reply({ error: '403::Publish denied', successful: false })];
		}
	}

	#handshake(request: SandboxRequest, reply: Reply, cookies: string[]): object {
		if (this.#clients.size >= MOST_CLIENTS) {
			return reply({
				error: '403::Organization concurrent user limit exceeded',
				successful: false,
			});
		}
		const browser = browserOf(request) ?? randomBytes(9).toString('hex');
		const client = new StreamingClient(randomBytes(13).toString('hex'), browser, this.#clock);
		this.#clients.set(client.id, client);
		const nextYear = new Date(this.#clock.now() + 365 * 86_400_000).toUTCString();
		cookies.push(
			`BrowserId=${randomBytes(9).toString('hex')}; path=/; expires=${nextYear}; Max-Age=31536000`,
			`BAYEUX_BROWSER=${browser}; Path=/cometd; HttpOnly`,
		);
		return reply({
			ext: { replay: true, 'payload.format': true },
			minimumVersion: '1.0',
			version: '1.0',
			clientId: client.id,
			supportedConnectionTypes: ['long-polling'],
			successful: true,
		});
	}

	async #connect(client: StreamingClient, reply: Reply): Promise<object[]> {
		const own = { clientId: client.id, successful: true };
		if (this.#refusal !== undefined)
			return [reply({ ...own, error: this.#refusal, successful: false })];
		if (client.isFirstConnect()) {
			const advice = { interval: 0, timeout: this.#pollMs, reconnect: 'retry' };
			return [reply({ ...own, advice })];
		}
		const events = await client.poll(this.#pollMs);
		return events ? [...events, reply(own)] : [reply({ ...UNKNOWN_CLIENT, successful: false })];
	}

	#subscribe(client: StreamingClient, { subscription, ext }: Message, reply: Reply): object {
		const refuse = (error: string): object =>
			reply({ clientId: client.id, subscription, error, successful: false });
		const channel = String(subscription);
		const object = CAPTURED.find((name) => channelOf(name) === channel);
		if (!object)
			return refuse(`400::The channel you requested to subscribe to does not exist {${channel}}`);
		// Observed: the answer for an object that is not selected, too.
		if (!this.feed.isSelected(object))
			return refuse('403::User not allowed to subscribe CDC without required permissions');
		const from = (ext as { replay?: Record<string, unknown> } | undefined)?.replay?.[channel] ?? -1;
		const events = typeof from === 'number' ? this.#bus.after(channel, from) : undefined;
		if (!events) {
			return refuse(
				`400::The replayId {${JSON.stringify(from)}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
			);
		}
		client.subscriptions.add(channel);
		client.send(events);
		return reply({ clientId: client.id, subscription, successful: true });
	}

	/** Without its cookie a request comes to another server, which does not know the client. */
	#clientOf(request: SandboxRequest, { clientId }: Message): StreamingClient | undefined {
		const client = this.#clients.get(String(clientId));
		return client?.browser === browserOf(request) ? client : undefined;
	}

	#forgetAbsent(): void {
		for (const [id, client] of this.#clients) if (client.isGone()) this.#clients.delete(id);
	}
}

const BAD_VERSION =
	"API version in the URI is mandatory, 37.0 or later. URI format: '/cometd/67.0'";
const INVALID = 'Authentication invalid';
const UNKNOWN_CLIENT = {
	error: '403::Unknown client',
	advice: { interval: 0, reconnect: 'handshake' },
};

const denied = (reason: string): object => ({
	ext: { sfdc: { failureReason: `401::${reason}` }, replay: true, 'payload.format': true },
	advice: { reconnect: 'none' },
	error: '403::Handshake denied',
	successful: false,
});

type Reply = (answer: object) => object;

const replyTo =
	({ channel, id }: Message): Reply =>
	(answer) => ({ ...answer, channel, ...(id !== undefined && { id }) });

const browserOf = ({ headers }: SandboxRequest): string | undefined =>
	/(?:^|;\s*)BAYEUX_BROWSER=([^;]+)/.exec(headers['cookie'] ?? '')?.[1];

/** One message or several; undefined for anything else. */
function messagesOf({ body }: SandboxRequest): Message[] | undefined {
	try {
		const parsed: unknown = JSON.parse(body.toString('utf8'));
		const messages: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
		return messages.every((message) => typeof message === 'object' && message !== null)
			? (messages as Message[])
			: undefined;
	} catch {
		return undefined;
	}
}

import { createHash, randomBytes } from 'node:crypto';
import type { SandboxClock, SandboxReply, SandboxRequest } from '../service.ts';
import { assertionProblem } from './assertion.ts';
import { SALESFORCE_LOGIN } from './credentials.ts';
import { ORGANIZATION_ID, USER_ID } from './organization.ts';

export { SALESFORCE_LOGIN } from './credentials.ts';

/** A session lasts two hours, as is usual. */
const SESSION_MS = 2 * 3_600_000;
/** Hosts that log all organisations in and serve none of them. */
const SHARED_LOGINS = ['https://login.salesforce.com', 'https://test.salesforce.com'];
const MY_DOMAIN = 'https://sandbox-org.my.salesforce.com';

interface Code {
	readonly redirectUri: string;
	readonly challenge: string | null;
}

/** OAuth 2.0 with its four flows, sessions and the consent page. */
export class Login {
	readonly #clock: SandboxClock;
	readonly #sessions = new Map<string, number>();
	readonly #refreshTokens = new Set<string>();
	readonly #codes = new Map<string, Code>();

	constructor(clock: SandboxClock) {
		this.#clock = clock;
	}

	isValid(authorization: string | undefined): boolean {
		const token = /^(?:Bearer|OAuth) (.+)$/i.exec(authorization ?? '')?.[1];
		return token !== undefined && (this.#sessions.get(token) ?? 0) > this.#clock.now();
	}

	expireSessions(): void {
		this.#sessions.clear();
	}

	/** POST /services/oauth2/revoke: ends the session or the refresh token. */
	revoke({ body, query }: SandboxRequest): SandboxReply {
		const token =
			new URLSearchParams(body.toString('utf8')).get('token') ?? query.get('token') ?? '';
		const known = this.#sessions.delete(token) || this.#refreshTokens.delete(token);
		return known
			? { status: 200 }
			: refuse('unsupported_token_type', 'this token type is not supported');
	}

	revokeRefreshTokens(): void {
		this.#refreshTokens.clear();
	}

	/** POST /services/oauth2/token. */
	token(request: SandboxRequest): SandboxReply {
		const form = new URLSearchParams(request.body.toString('utf8'));
		const grant = form.get('grant_type') ?? '';
		const flow = this.#flows[grant];
		if (!flow) return refuse('unsupported_grant_type', 'grant type not supported');
		return flow(form, request);
	}

	readonly #flows: Readonly<
		Record<string, (form: URLSearchParams, request: SandboxRequest) => SandboxReply>
	> = {
		client_credentials: (form, request) =>
			clientRefusal(form, request) ?? this.#grant(request, false),
		refresh_token: (form, request) => {
			const refused = clientRefusal(form, request);
			if (refused) return refused;
			return this.#refreshTokens.has(form.get('refresh_token') ?? '')
				? this.#grant(request, false)
				: refuse('invalid_grant', 'expired access/refresh token');
		},
		authorization_code: (form, request) => {
			const code = this.#codes.get(form.get('code') ?? '');
			this.#codes.delete(form.get('code') ?? '');
			if (!code || code.redirectUri !== form.get('redirect_uri'))
				return refuse('invalid_grant', 'expired authorization code');
			if (
				code.challenge !== null &&
				challengeOf(form.get('code_verifier') ?? '') !== code.challenge
			) {
				return refuse('invalid_grant', 'invalid code verifier');
			}
			return clientRefusal(form, request) ?? this.#grant(request, true);
		},
		'urn:ietf:params:oauth:grant-type:jwt-bearer': (form, request) => {
			const problem = assertionProblem(
				form.get('assertion') ?? '',
				request.origin,
				this.#clock.now(),
			);
			return problem ? refuse('invalid_grant', problem) : this.#grant(request, false);
		},
	};

	/** GET /services/oauth2/authorize: a page to consent on; with `?consent=yes` the way back. */
	authorize({ query, origin }: SandboxRequest): SandboxReply {
		const redirectUri = query.get('redirect_uri') ?? '';
		if (query.get('client_id') !== SALESFORCE_LOGIN.clientId || redirectUri === '') {
			return {
				status: 400,
				headers: html,
				body: '<h1>error=invalid_client_id</h1><p>client identifier invalid</p>',
			};
		}
		if (query.get('consent') !== 'yes') {
			const next = new URLSearchParams(query);
			next.set('consent', 'yes');
			return {
				status: 200,
				headers: html,
				body: consentPage(`${origin}/services/oauth2/authorize?${next.toString()}`),
			};
		}
		const code = randomBytes(16).toString('hex');
		this.#codes.set(code, { redirectUri, challenge: query.get('code_challenge') });
		const back = new URL(redirectUri);
		back.searchParams.set('code', code);
		const state = query.get('state');
		if (state !== null) back.searchParams.set('state', state);
		return { status: 302, headers: { location: back.toString() } };
	}

	#grant({ origin }: SandboxRequest, withRefresh: boolean): SandboxReply {
		const token = `00DSB000000Sand!${randomBytes(24).toString('hex')}`;
		const now = this.#clock.now();
		this.#sessions.set(token, now + SESSION_MS);
		const refreshToken = withRefresh ? randomBytes(24).toString('hex') : undefined;
		if (refreshToken !== undefined) this.#refreshTokens.add(refreshToken);
		return {
			status: 200,
			body: {
				access_token: token,
				...(refreshToken !== undefined && { refresh_token: refreshToken }),
				signature: createHash('sha256').update(token).digest('base64'),
				scope: 'api refresh_token',
				instance_url: SHARED_LOGINS.includes(origin) ? MY_DOMAIN : origin,
				id: `${origin}/id/${ORGANIZATION_ID}/${USER_ID}`,
				token_type: 'Bearer',
				issued_at: String(now),
			},
		};
	}
}

const html = { 'content-type': 'text/html; charset=utf-8' };

const refuse = (error: string, description: string): SandboxReply => ({
	status: 400,
	body: { error, error_description: description },
});

/** Client id and secret, in the form or as Basic authentication. */
function clientRefusal(form: URLSearchParams, request: SandboxRequest): SandboxReply | undefined {
	const basic = /^Basic (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
	const [basicId, basicSecret] = basic
		? Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent)
		: [];
	const id = form.get('client_id') ?? basicId;
	const secret = form.get('client_secret') ?? basicSecret;
	if (id !== SALESFORCE_LOGIN.clientId)
		return refuse('invalid_client_id', 'client identifier invalid');
	if (secret !== SALESFORCE_LOGIN.clientSecret)
		return refuse('invalid_client', 'invalid client credentials');
	return undefined;
}

const challengeOf = (verifier: string): string =>
	createHash('sha256').update(verifier).digest('base64url');

const consentPage = (
	url: string,
): string => `<!doctype html><title>Allow access? | Sandbox Salesforce</title>
<style>body{font:16px/1.5 system-ui;max-width:28rem;margin:15vh auto;text-align:center}a{display:inline-block;margin:1rem;padding:.6rem 2rem;background:#0b5cab;color:#fff;border-radius:.3rem;text-decoration:none}</style>
<h1>Allow access?</h1><p>n8n asks to access and manage your data (api) and to perform requests at any time (refresh_token).</p>
<p>Signed in as ${SALESFORCE_LOGIN.userName}.</p><a id="allow" href="${url.replace(/&/g, '&amp;')}">Allow</a>`;

/** GET /services/oauth2/userinfo and /id/…. */
export const userInfo = (origin: string): object => ({
	sub: `${origin}/id/${ORGANIZATION_ID}/${USER_ID}`,
	id: `${origin}/id/${ORGANIZATION_ID}/${USER_ID}`,
	user_id: USER_ID,
	organization_id: ORGANIZATION_ID,
	username: SALESFORCE_LOGIN.userName,
	preferred_username: SALESFORCE_LOGIN.userName,
	display_name: 'Integration User',
	email: SALESFORCE_LOGIN.userName,
	active: true,
	user_type: 'STANDARD',
	language: 'en_US',
	locale: 'en_US',
});

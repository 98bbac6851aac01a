import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { SalesforceLoginError } from './login.ts';

/** Salesforce: the assertion must expire within three minutes. */
const LIFETIME_S = 170;

export interface JwtLogin {
	/** Consumer key of the app. */
	readonly clientId: string;
	readonly username: string;
	/** PEM; line breaks may have become spaces, as single-line inputs make them. */
	readonly privateKey: string;
	/** login.salesforce.com, test.salesforce.com or the My Domain URL. */
	readonly audience: string;
}

/** The signed assertion (RS256) of Salesforce's JWT bearer flow. `now`: ms since the epoch. */
export function jwtAssertion(login: JwtLogin, now: number): string {
	const claims = {
		iss: login.clientId.trim(),
		sub: login.username.trim(),
		aud: login.audience,
		exp: Math.floor(now / 1000) + LIFETIME_S,
	};
	const unsigned = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}`;
	const signature = sign('RSA-SHA256', Buffer.from(unsigned), readKey(login));
	return `${unsigned}.${signature.toString('base64url')}`;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Throws SalesforceLoginError; never with a part of the key. */
function readKey({ privateKey, audience }: JwtLogin): KeyObject {
	const refuse = (code: string) => new SalesforceLoginError(audience, code);
	const block = /-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END \1-----/.exec(
		privateKey.replace(/\\n/g, '\n'),
	);
	const [, kind = '', inner = ''] = block ?? [];
	if (kind === 'CERTIFICATE') throw refuse('key_is_certificate');
	if (!kind.endsWith('PRIVATE KEY')) throw refuse('key_not_pem');
	if (kind.startsWith('ENCRYPTED') || inner.includes('ENCRYPTED'))
		throw refuse('key_has_passphrase');
	const lines = inner.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
	const key = parsed([`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ''].join('\n'));
	if (!key) throw refuse('key_incomplete');
	if (key.asymmetricKeyType !== 'rsa') throw refuse('key_not_rsa');
	return key;
}

function parsed(pem: string): KeyObject | undefined {
	try {
		return createPrivateKey(pem);
	} catch {
		return undefined;
	}
}

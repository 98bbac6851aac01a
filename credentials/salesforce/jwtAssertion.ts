import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

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
	const signature = sign('RSA-SHA256', Buffer.from(unsigned), readKey(login.privateKey));
	return `${unsigned}.${signature.toString('base64url')}`;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Throws in words for people; never with a part of the key. */
function readKey(pasted: string): KeyObject {
	const block = /-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END \1-----/.exec(
		pasted.replace(/\\n/g, '\n'),
	);
	const [, kind = '', inner = ''] = block ?? [];
	if (!kind.endsWith('PRIVATE KEY')) {
		throw new Error(
			kind === 'CERTIFICATE'
				? 'This is the certificate. The credential needs the private key that belongs to it (the .key or .pem file that begins with BEGIN PRIVATE KEY)'
				: 'This is not a private key in PEM form. Paste the whole file, from BEGIN PRIVATE KEY to END PRIVATE KEY',
		);
	}
	if (kind.startsWith('ENCRYPTED') || inner.includes('ENCRYPTED')) {
		throw new Error(
			'The private key is protected by a passphrase. Remove it first: openssl rsa -in server.key -out plain.key',
		);
	}
	const lines = inner.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
	const key = parsed([`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ''].join('\n'));
	if (key?.asymmetricKeyType === 'rsa') return key;
	throw new Error(
		key
			? 'Salesforce accepts RSA keys only. Make a new certificate with an RSA key'
			: 'The private key is incomplete. Paste the whole file, from BEGIN PRIVATE KEY to END PRIVATE KEY',
	);
}

function parsed(pem: string): KeyObject | undefined {
	try {
		return createPrivateKey(pem);
	} catch {
		return undefined;
	}
}

import { createVerify, generateKeyPairSync } from 'node:crypto';
import { SALESFORCE_LOGIN } from './credentials.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	publicKeyEncoding: { type: 'spki', format: 'pem' },
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** Private key of the certificate that the connected app has, PEM; another one in each process. */
export const JWT_PRIVATE_KEY = privateKey;

const AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com'];

interface Claims {
	readonly iss?: string;
	readonly sub?: string;
	readonly aud?: string;
	/** Seconds since the epoch. */
	readonly exp?: number;
}

/** What is wrong with a JWT assertion (RS256), in Salesforce's words; undefined when nothing. */
export function assertionProblem(
	assertion: string,
	origin: string,
	now: number,
): string | undefined {
	const claims = verified(assertion);
	if (!claims) return 'invalid assertion';
	if (claims.iss !== SALESFORCE_LOGIN.clientId) return 'client identifier invalid';
	if (claims.sub !== SALESFORCE_LOGIN.userName) return "user hasn't approved this consumer";
	if (![...AUDIENCES, origin].includes(claims.aud ?? '')) return 'audience is invalid';
	// Salesforce's own words, although there is no code here (salesforce.stackexchange.com, 282513).
	return (claims.exp ?? 0) * 1000 <= now ? 'expired authorization code' : undefined;
}

function verified(assertion: string): Claims | undefined {
	const [header = '', payload = '', signature = ''] = assertion.split('.');
	const verifier = createVerify('RSA-SHA256').update(`${header}.${payload}`);
	try {
		const { alg } = JSON.parse(decoded(header)) as { alg?: string };
		if (alg !== 'RS256' || !verifier.verify(publicKey, signature, 'base64url')) return undefined;
		return JSON.parse(decoded(payload)) as Claims;
	} catch {
		return undefined;
	}
}

const decoded = (part: string): string => Buffer.from(part, 'base64url').toString('utf8');

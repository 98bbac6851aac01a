import { entryOf } from '../entry-of.ts';
import { SalesforceError } from './errors.ts';
import { explainLogin } from './login-errors.ts';

/** What a Salesforce credential holds, as far as the address goes. */
export interface SalesforceAddress {
	/** OAuth2: Salesforce's token response, kept by n8n. */
	readonly oauthTokenData?: { readonly instance_url?: unknown } | undefined;
	/** The other two: told by the login, empty before the first. */
	readonly instanceUrl?: unknown;
	readonly environment?: unknown;
	readonly myDomainUrl?: unknown;
}

const LOGIN_HOSTS: Readonly<Record<string, string>> = {
	production: 'https://login.salesforce.com',
	sandbox: 'https://test.salesforce.com',
};

/**
 * Scheme and host that people log in at: of the environment, or the My Domain URL, of which they
 * may have pasted any page. Undefined when there is no usable one.
 */
export function loginUrlOf({ environment, myDomainUrl }: SalesforceAddress): string | undefined {
	const host = entryOf(LOGIN_HOSTS, String(environment));
	if (host !== undefined) return host;
	try {
		const { origin, protocol } = new URL(typeof myDomainUrl === 'string' ? myDomainUrl.trim() : '');
		return /^https?:$/.test(protocol) ? origin : undefined;
	} catch {
		return undefined;
	}
}

/** Salesforce's own: commercial, government and Alibaba clouds, and what older organisations have. */
const DOMAINS =
	/(^|\.)(salesforce\.(com|mil)|force\.(com|mil)|crmforce\.mil|cloudforce\.(com|mil)|database\.com|sfcrmproducts\.cn|sfcrmapps\.cn)$/;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether contacts and tokens may go to the address that a login has named: to a host of Salesforce
 * over TLS, to the host of the login itself, or from one test server of this machine to another.
 */
export function isOwnInstance(loginUrl: string | undefined, instanceUrl: string): boolean {
	if (!URL.canParse(instanceUrl)) return false;
	const { protocol, hostname, origin } = new URL(instanceUrl);
	if (protocol === 'https:' && DOMAINS.test(hostname)) return true;
	if (loginUrl === undefined) return false;
	const login = new URL(loginUrl);
	return origin === login.origin || (LOOPBACK.test(hostname) && LOOPBACK.test(login.hostname));
}

/**
 * Where requests of this credential go. Before its first login that is the login address; the
 * credential itself turns such requests to the organisation as soon as its token has told where it
 * is. Throws SalesforceError when the credential was never connected, or when its login has named a
 * host that is not Salesforce's.
 */
export async function instanceUrlOf(
	credentialType: string,
	load: () => Promise<SalesforceAddress>,
): Promise<string> {
	const credential = await load();
	const oAuth2 = credentialType.endsWith('OAuth2Api');
	const told = oAuth2 ? credential.oauthTokenData?.instance_url : credential.instanceUrl;
	const loginUrl = loginUrlOf(credential);
	if (typeof told === 'string' && told !== '') {
		if (isOwnInstance(loginUrl, told)) return told;
		throw new SalesforceError('FOREIGN_INSTANCE', { rule: explainLogin('foreign_instance') });
	}
	if (!oAuth2 && loginUrl !== undefined) return loginUrl;
	throw new SalesforceError(oAuth2 ? 'NOT_CONNECTED' : 'BAD_INSTANCE_URL', {
		rule: {
			action: 'fail-auth',
			message: oAuth2
				? 'The Salesforce credential is not connected'
				: 'The Salesforce credential has no usable My Domain URL',
			remedy: oAuth2
				? 'Open the credential in n8n and connect the account.'
				: 'Enter it in the credential, such as https://mycompany.my.salesforce.com (Setup > My Domain).',
		},
	});
}

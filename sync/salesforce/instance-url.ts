import { SalesforceError } from './errors.ts';

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
	const host = LOGIN_HOSTS[String(environment)];
	if (host !== undefined) return host;
	try {
		const { origin, protocol } = new URL(typeof myDomainUrl === 'string' ? myDomainUrl.trim() : '');
		return /^https?:$/.test(protocol) ? origin : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Where requests of this credential go. Before its first login that is the login address; the
 * credential itself turns such requests to the organisation as soon as its token has told where it
 * is. Throws SalesforceError when the credential was never connected.
 */
export async function instanceUrlOf(
	credentialType: string,
	load: () => Promise<SalesforceAddress>,
): Promise<string> {
	const credential = await load();
	const oAuth2 = credentialType.endsWith('OAuth2Api');
	const told = oAuth2 ? credential.oauthTokenData?.instance_url : credential.instanceUrl;
	if (typeof told === 'string' && told !== '') return told;
	const url = oAuth2 ? undefined : loginUrlOf(credential);
	if (url !== undefined) return url;
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

import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { loginUrlOf, UnusableCredentialError } from '../../sync/index.ts';
import { addressOf } from '../addressOf.ts';

const ABSOLUTE = /^https?:\/\//i;

/**
 * Adds the token, and turns requests that were made for the login address (before the first login
 * told where the organisation is) or for no host at all to the organisation. Refuses other hosts:
 * a token goes nowhere but to its own organisation.
 */
export function withSession(
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const instanceUrl = textOf(credentials['instanceUrl']);
	const loginUrl = loginUrlOf(credentials) ?? instanceUrl;
	const asked = addressOf(request);
	const address = ABSOLUTE.test(asked)
		? asked
		: `${request.baseURL ?? instanceUrl}/${asked.replace(/^\/+/, '')}`;
	const target = new URL(address);
	const organisation = new URL(instanceUrl);
	if (target.origin === loginUrl) {
		target.protocol = organisation.protocol;
		target.host = organisation.host;
	}
	if (target.origin !== organisation.origin) {
		throw new UnusableCredentialError(
			`This Salesforce credential can only be used for ${organisation.origin}, the organization that it logs in to`,
			'For another organization make a credential of its own.',
		);
	}
	const signed: IHttpRequestOptions & { uri?: string } = {
		...request,
		url: target.href,
		headers: { ...request.headers, Authorization: `Bearer ${textOf(credentials['accessToken'])}` },
	};
	// The URL is absolute now.
	delete signed.baseURL;
	delete signed.uri;
	return Promise.resolve(signed);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

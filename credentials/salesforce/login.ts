import type { IDataObject, IHttpRequestHelper, IN8nHttpFullResponse } from 'n8n-workflow';
import { Readable } from 'node:stream';
import { boundedText, explainLogin, isOwnInstance, loginUrlOf } from '../../sync/index.ts';
import type { SalesforceAddress } from '../../sync/salesforce/instance-url.ts';

const TIMEOUT_MS = 30_000;
/** Bytes. A token with all that comes with it has a few thousand. */
const LARGEST_ANSWER = 1_000_000;
const LOGIN_PATH = '/services/oauth2/token';
/** Status of a login that was not even tried. */
const UNUSABLE = 400;

/**
 * Salesforce refused the login, or the credential cannot be used. Shaped like an error of n8n's
 * HTTP helper: the credential test shows `response.statusText`, and the nodes read OAuth's code
 * from `response.data`.
 */
export class SalesforceLoginError extends Error {
	override readonly name = 'SalesforceLoginError';
	readonly remedy: string;
	readonly config: { readonly url: string };
	readonly response: {
		readonly status: number;
		readonly statusText: string;
		readonly data: { readonly error: string; readonly error_description: string };
	};

	constructor(loginUrl: string, error: string, status = UNUSABLE, description = '') {
		const { message, remedy } = explainLogin(error, description);
		super(message);
		this.remedy = remedy;
		this.config = { url: loginUrl + LOGIN_PATH };
		const statusText = `${message}. ${remedy}`;
		this.response = { status, statusText, data: { error, error_description: description } };
	}
}

/** Where a login goes. Throws in words for people when the credential has no usable address. */
export function requireLoginUrl(address: SalesforceAddress): string {
	const url = loginUrlOf(address);
	if (url !== undefined) return url;
	throw new SalesforceLoginError('', 'no_my_domain');
}

/** Logs in once; the result is what n8n stores in the credential. */
export async function requestToken(
	{ helpers }: IHttpRequestHelper,
	loginUrl: string,
	form: Readonly<Record<string, string>>,
): Promise<IDataObject> {
	const url = loginUrl + LOGIN_PATH;
	const { statusCode, body } = (await helpers.httpRequest({
		method: 'POST',
		url,
		headers: {
			accept: 'application/json',
			'content-type': 'application/x-www-form-urlencoded',
		},
		body: new URLSearchParams(form).toString(),
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A secret must not follow a redirect to another host.
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	})) as IN8nHttpFullResponse;
	const answer = parsed(await textOf(body));
	const { access_token: accessToken, instance_url: instanceUrl } = answer;
	if (statusCode === 200 && isText(accessToken) && isText(instanceUrl)) {
		if (isOwnInstance(loginUrl, instanceUrl)) return { accessToken, instanceUrl };
		throw new SalesforceLoginError(loginUrl, 'foreign_instance');
	}
	const error = isText(answer['error']) ? answer['error'] : unexpected(statusCode);
	const description = answer['error_description'];
	throw new SalesforceLoginError(
		loginUrl,
		error,
		statusCode,
		isText(description) ? description : '',
	);
}

/** No OAuth answer at all: the address is wrong, or the server is in trouble. */
const unexpected = (status: number): string =>
	status >= 500 ? 'server_error' : 'no_login_service';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const textOf = async (body: unknown): Promise<string> =>
	body instanceof Readable
		? await boundedText(body, { mostBytes: LARGEST_ANSWER, timeoutMs: TIMEOUT_MS })
		: String(body);

function parsed(body: string): Record<string, unknown> {
	try {
		return (JSON.parse(body) ?? {}) as Record<string, unknown>;
	} catch {
		return {};
	}
}

import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { BREVO_URL, UnusableCredentialError } from '../sync/index.ts';
import { addressOf } from './addressOf.ts';

/**
 * A key goes nowhere but to Brevo: n8n's HTTP Request node can be given any address, by people who
 * may use the credential but not read it.
 */
function requireOwnHost(baseUrl: unknown, request: IHttpRequestOptions): void {
	const own = originOf(typeof baseUrl === 'string' && baseUrl !== '' ? baseUrl : BREVO_URL);
	if (own !== undefined && own === originOf(addressOf(request), request.baseURL)) return;
	throw own === undefined
		? new UnusableCredentialError(
				'The base URL of the Brevo credential is not a web address',
				`It should be ${BREVO_URL}.`,
			)
		: new UnusableCredentialError(
				`This Brevo credential can only be used for ${own}`,
				'For another address make a credential of its own.',
			);
}

/** A header cannot hold everything that people paste. */
function keyIn(apiKey: unknown): string {
	const key = typeof apiKey === 'string' ? apiKey.trim() : '';
	if (/^[\x21-\x7e]*$/.test(key)) return key;
	throw new UnusableCredentialError(
		'The API key of the Brevo credential holds characters that no key has',
		'Copy the key again from Brevo: Settings > SMTP & API > API Keys.',
	);
}

const originOf = (url: string, base?: string): string | undefined =>
	URL.canParse(url, base) ? new URL(url, base).origin : undefined;

export class BrevoSyncApi implements ICredentialType {
	name = 'brevoSyncApi';

	displayName = 'Brevo Sync API';

	icon: Icon = { light: 'file:icons/brevoSync.svg', dark: 'file:icons/brevoSync.dark.svg' };

	documentationUrl =
		'https://github.com/contact-sync/n8n-nodes-salesforce-brevo/blob/main/docs/credentials.md#brevo-sync-api';

	properties: INodeProperties[] = [
		{
			displayName:
				'In Brevo: Settings > SMTP & API > API Keys. If unknown IP addresses are blocked there, add the address of this n8n under Settings > Security > Authorized IPs.',
			name: 'setup',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. xkeysib-…',
			description:
				'A key of API v3, not an SMTP key. Brevo lets keys expire that were not used for 90 days.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.brevo.com/v3',
			description: 'Leave it as it is, unless a proxy or a test server stands in for Brevo',
		},
	];

	// Not n8n's declarative form: that holds an expression, and n8n evaluates those only while a node
	// runs, so a trigger could send nothing between two rounds (n8n 2.41.1: "No bridge acquired").
	authenticate: IAuthenticate = async ({ apiKey, baseUrl }, request) => {
		requireOwnHost(baseUrl, request);
		return await Promise.resolve({
			...request,
			headers: { ...request.headers, 'api-key': keyIn(apiKey) },
		});
	};

	// Brevo reference: 401 has four causes and one status; the test cannot see the message.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.replace(/\\/+$/, "") }}',
			url: '/account',
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'Brevo does not accept the key. Either it was mistyped, deleted, deactivated or has expired (unused for 90 days): create one under Settings > SMTP & API > API Keys. Or this n8n’s IP address is not authorized: Settings > Security > Authorized IPs.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'Brevo knows the key, but its account or user may not use the API. Check the plan and the user’s permissions in Brevo.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'There is no Brevo API at this base URL. It should be https://api.brevo.com/v3',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 429,
					message:
						'The key works, but Brevo allows account requests only 100 times an hour. Try the test again later.',
				},
			},
		],
	};
}

import type { ErrorRule } from './error-rules.ts';

const fail = (message: string, remedy: string): ErrorRule => ({
	action: 'fail-auth',
	message,
	remedy,
});

interface LoginRule {
	readonly error: string;
	/** Tells variants of one code apart by Salesforce's error_description. */
	readonly when?: RegExp;
	readonly rule: ErrorRule;
}

/** Salesforce help “OAuth 2.0 Authorization Errors”; the first row that fits counts. */
export const LOGIN_RULES: readonly LoginRule[] = [
	{
		error: 'invalid_grant',
		when: /hasn.?t approved|not approved|not admin approved/i,
		rule: fail(
			'The Salesforce user is not allowed to use this app',
			'In the app’s OAuth policies set “Permitted Users” to “Admin approved users are pre-authorized” and add a profile or permission set of the user.',
		),
	},
	{
		error: 'invalid_grant',
		when: /audience/i,
		rule: fail(
			'Salesforce does not accept the address that the login token was made for',
			'Choose the right environment in the credential; newer organisations need their My Domain URL.',
		),
	},
	{
		error: 'invalid_grant',
		when: /no client credentials user/i,
		rule: fail(
			'The app has no user to run as',
			'In the app’s policies switch the client credentials flow on and choose the user under “Run As”.',
		),
	},
	{
		error: 'invalid_grant',
		when: /not supported on this domain/i,
		rule: fail(
			'This kind of login needs the My Domain URL of the organisation',
			'Enter the My Domain URL (https://….my.salesforce.com), not login.salesforce.com.',
		),
	},
	{
		error: 'invalid_grant',
		when: /invalid assertion|signature/i,
		rule: fail(
			'Salesforce does not accept the signature of the login token',
			'The private key must belong to the certificate that was uploaded to the app. Check the clock of the n8n server too.',
		),
	},
	{
		error: 'invalid_grant',
		when: /expired (access\/refresh|authorization)|refresh token/i,
		rule: fail(
			'The Salesforce login has expired or was revoked',
			'Open the credential and connect the account again. If this happens often, set the app’s refresh token policy to “valid until revoked”.',
		),
	},
	{
		error: 'invalid_grant',
		when: /ip restricted/i,
		rule: fail(
			'Salesforce does not accept logins from the address of this n8n',
			'Add the address of the n8n server to the trusted IP ranges, or relax the IP restrictions of the app.',
		),
	},
	{
		error: 'invalid_grant',
		rule: fail(
			'Salesforce refused the login',
			'Check the user name, the environment and that the user is active and allowed to use the app.',
		),
	},
	{
		error: 'invalid_client_id',
		rule: fail(
			'Salesforce does not know the client ID',
			'Copy the consumer key of the External Client App. A new app can take ten minutes until it works.',
		),
	},
	{
		error: 'invalid_client',
		rule: fail(
			'Salesforce does not accept the client ID and secret',
			'Copy consumer key and consumer secret of the External Client App again. A new app can take ten minutes until it works.',
		),
	},
	{
		error: 'inactive_user',
		rule: fail('The Salesforce user is inactive', 'Activate the user or choose another one.'),
	},
	{
		error: 'inactive_org',
		rule: fail(
			'The Salesforce organisation is locked or closed',
			'Ask the Salesforce administrator.',
		),
	},
	{
		error: 'unsupported_grant_type',
		rule: fail(
			'This kind of login is not switched on for the app',
			'Switch the flow on in the OAuth settings of the External Client App.',
		),
	},
	{
		error: 'rate_limit_exceeded',
		rule: {
			action: 'back-off',
			message: 'The user has logged in to Salesforce too often within the hour',
			remedy: 'Wait an hour; check that no other program logs in with this user all the time.',
		},
	},
	{
		// Ours: the token endpoint gave no OAuth answer.
		error: 'no_login_service',
		rule: fail(
			'There is no Salesforce login at the address of the credential',
			'Check the My Domain URL (Setup > My Domain), such as https://mycompany.my.salesforce.com.',
		),
	},
	{
		// Ours: the login was answered, but not by Salesforce as it seems.
		error: 'foreign_instance',
		rule: fail(
			'The login to Salesforce named an address that is not one of Salesforce',
			'Nothing is sent there. Check the My Domain URL in the credential. If the address is right, a proxy of your own for example, enter it as My Domain URL.',
		),
	},
	// Ours: the credential itself cannot be used.
	{
		error: 'no_my_domain',
		rule: fail(
			'The My Domain URL of the Salesforce credential is not a web address',
			'Enter it like https://mycompany.my.salesforce.com (Setup > My Domain).',
		),
	},
	{
		error: 'key_is_certificate',
		rule: fail(
			'The Salesforce credential holds the certificate instead of its private key',
			'Paste the .key or .pem file that begins with BEGIN PRIVATE KEY.',
		),
	},
	{
		error: 'key_not_pem',
		rule: fail(
			'What the Salesforce credential holds is not a private key in PEM form',
			'Paste the whole file, from BEGIN PRIVATE KEY to END PRIVATE KEY.',
		),
	},
	{
		error: 'key_incomplete',
		rule: fail(
			'The private key in the Salesforce credential is incomplete',
			'Paste the whole file, from BEGIN PRIVATE KEY to END PRIVATE KEY.',
		),
	},
	{
		error: 'key_has_passphrase',
		rule: fail(
			'The private key in the Salesforce credential is protected by a passphrase',
			'Remove it first: openssl rsa -in server.key -out plain.key. Then paste plain.key.',
		),
	},
	{
		error: 'key_not_rsa',
		rule: fail(
			'The private key in the Salesforce credential is no RSA key, which Salesforce asks for',
			'Make a new certificate with an RSA key and upload it to the app.',
		),
	},
	{
		error: 'server_error',
		rule: {
			action: 'retry',
			message: 'Salesforce’s login had an internal error',
			remedy: 'Nothing is lost: it is tried again by itself.',
		},
	},
];

const OTHER = fail(
	'Salesforce refused the login',
	'Check the credential against the OAuth settings of the app in Salesforce.',
);

/** What an OAuth error of Salesforce's token endpoint means and what to do. */
export function explainLogin(error: string, description = ''): ErrorRule {
	const row = LOGIN_RULES.find(
		(candidate) => candidate.error === error && (candidate.when?.test(description) ?? true),
	);
	return row?.rule ?? OTHER;
}

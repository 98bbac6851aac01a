import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

const file = { show: { store: ['file'] } };
const postgres = { show: { store: ['postgres'] } };

// Where the ledger is kept; `LedgerCredential` of the engine is its shape. Tested by the nodes that
// take it (`testedBy: 'contactSyncLedgerApiTest'`): a database is no HTTP request.
// eslint-disable-next-line @n8n/community-nodes/credential-test-required
export class ContactSyncLedgerApi implements ICredentialType {
	name = 'contactSyncLedgerApi';

	displayName = 'Contact Sync Ledger API';

	icon: Icon = {
		light: 'file:icons/contactSyncLedger.svg',
		dark: 'file:icons/contactSyncLedger.dark.svg',
	};

	documentationUrl =
		'https://github.com/contact-sync/n8n-nodes-salesforce-brevo/blob/main/docs/credentials.md#contact-sync-ledger-api';

	properties: INodeProperties[] = [
		{
			displayName:
				'All nodes of one integration must use the same ledger. Without this credential it is a file in the n8n user folder, which suits one n8n server. Several servers (queue mode) need PostgreSQL.',
			name: 'setup',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Store',
			name: 'store',
			type: 'options',
			options: [
				{ name: 'Embedded File', value: 'file', description: 'A SQLite file on the n8n server' },
				{ name: 'PostgreSQL', value: 'postgres', description: 'For queue mode on several servers' },
			],
			default: 'file',
		},
		{
			displayName: 'File Path',
			name: 'path',
			type: 'string',
			default: '',
			placeholder: 'e.g. /home/node/.n8n/contact-sync/ledger.sqlite',
			description:
				'A full path on a local disk, not a network share. Empty: a file in the n8n user folder.',
			displayOptions: file,
		},
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			required: true,
			default: 'localhost',
			displayOptions: postgres,
		},
		{ displayName: 'Port', name: 'port', type: 'number', default: 5432, displayOptions: postgres },
		{
			displayName: 'Database',
			name: 'database',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. contact_sync',
			description: 'An existing database. The tables are made by themselves.',
			displayOptions: postgres,
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			required: true,
			default: '',
			description: 'Must be allowed to create tables in the database',
			displayOptions: postgres,
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: postgres,
		},
		{
			displayName: 'TLS',
			name: 'tls',
			type: 'options',
			options: [
				{ name: 'Disable', value: 'disable', description: 'Not encrypted; for a private network' },
				{ name: 'Require', value: 'require', description: 'Encrypted, whoever the server is' },
				{
					name: 'Verify',
					value: 'verify',
					description: 'Encrypted, and only with a server whose certificate is trusted',
				},
			],
			default: 'disable',
			displayOptions: postgres,
		},
		{
			displayName: 'Certificate Authority',
			name: 'ca',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: '-----BEGIN CERTIFICATE-----',
			description: 'PEM of the authority that signed the server’s certificate, if it is your own',
			displayOptions: { show: { store: ['postgres'], tls: ['verify'] } },
		},
	];
}

/** What people use today: n8n's own Salesforce and Brevo nodes, wired as a user would wire them. */
import { type Proxy, startProxy } from '../n8n-host/proxy.ts';
import { type CredentialRef, N8n, type SavedWorkflow } from '../n8n-host/n8n.ts';
import type { WorkflowTemplate } from '../n8n-host/n8n.ts';
import { BREVO_KEY } from '../sandbox/brevo-account/keys.ts';
import { SALESFORCE_LOGIN } from '../sandbox/salesforce-org/credentials.ts';

export interface Builtins {
	readonly n8n: N8n;
	readonly proxy: Proxy;
	/** Saves a workflow with the credentials of both services. */
	save(workflow: WorkflowTemplate): Promise<SavedWorkflow>;
	/** What n8n says when its user presses Test in the credential. */
	testCredential(type: CredentialType): Promise<{ readonly status: string; message?: string }>;
	close(): Promise<void>;
}

type CredentialType = 'salesforceJwtApi' | 'sendInBlueApi';

export interface BuiltinsOptions {
	/** Of the sandbox. */
	readonly origin: string;
	/** PEM, from the sandbox's admin action `jwtKey`. */
	readonly privateKey: string;
	readonly hostDir: string;
	readonly userFolder: string;
	readonly env?: Readonly<Record<string, string>>;
}

/** An n8n whose built-in nodes find the sandbox under the real names of Salesforce and Brevo. */
export async function startBuiltins(options: BuiltinsOptions): Promise<Builtins> {
	const { origin, privateKey, hostDir, userFolder, env = {} } = options;
	const proxy = await startProxy(origin, userFolder);
	try {
		const n8n = await N8n.start({ hostDir, userFolder, env: { ...proxy.env, ...env } });
		const credentials = await importCredentials(n8n, privateKey);
		return {
			n8n,
			proxy,
			save: async (workflow) => await n8n.importWorkflow(workflow, credentials),
			testCredential: async (type) => {
				const credentials_ = credentials.find((credential) => credential.type === type);
				const full = await n8n.call(
					'GET',
					`/rest/credentials/${credentials_?.id}?includeData=true`,
				);
				return await n8n.call('POST', '/rest/credentials/test', { credentials: full });
			},
			close: async () => {
				await n8n.stop();
				await proxy.close();
			},
		};
	} catch (error) {
		await proxy.close();
		throw error;
	}
}

async function importCredentials(n8n: N8n, privateKey: string): Promise<CredentialRef[]> {
	const { clientId, userName: username } = SALESFORCE_LOGIN;
	const jwt = { environment: 'production', clientId, username, privateKey };
	return [
		await n8n.importCredential({ name: 'Salesforce', type: 'salesforceJwtApi', data: jwt }),
		await n8n.importCredential({
			name: 'Brevo',
			type: 'sendInBlueApi',
			data: { apiKey: BREVO_KEY },
		}),
	];
}

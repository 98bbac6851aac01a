import type { INodeCredentialDescription, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { brevoCredential } from '../context/brevoFields.ts';
import { ledgerCredential } from '../context/ledgerFields.ts';
import { salesforceAuthentication, salesforceCredentials } from '../context/salesforceFields.ts';
import { type Operation, shownFor } from './operation.ts';
import { OPERATIONS } from './operations.ts';

/** The operations that log in there. */
const logInTo = (service: Operation['logsInTo'][number]) => ({
	operation: OPERATIONS.filter(({ logsInTo }) => logsInTo.includes(service)).map(
		({ option }) => option.value,
	),
});

const onlyFor = (
	service: Operation['logsInTo'][number],
	credential: INodeCredentialDescription,
): INodeCredentialDescription => ({
	...credential,
	displayOptions: { show: { ...credential.displayOptions?.show, ...logInTo(service) } },
});

export const description: INodeTypeDescription = {
	displayName: 'Contact Sync',
	name: 'contactSync',
	icon: { light: 'file:contactSync.svg', dark: 'file:contactSync.dark.svg' },
	group: ['transform'],
	version: 1,
	subtitle: `={{ (${JSON.stringify(names())})[$parameter["operation"]] }}`,
	description:
		'The desk of a sync: how it stands, why a contact is not in Brevo, what was rejected; pause, replay, reconcile',
	defaults: { name: 'Contact Sync' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	usableAsTool: true,
	credentials: [
		...salesforceCredentials.map((credential) => onlyFor('salesforce', credential)),
		onlyFor('brevo', brevoCredential),
		ledgerCredential,
	],
	properties: [
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			options: OPERATIONS.map(({ option }) => option),
			default: 'status',
		},
		{ ...salesforceAuthentication, displayOptions: { show: logInTo('salesforce') } },
		...OPERATIONS.flatMap(shownFor),
	],
};

/** The name of each operation by its value. */
function names(): Readonly<Record<string, string>> {
	return Object.fromEntries(OPERATIONS.map(({ option }) => [option.value, option.name]));
}

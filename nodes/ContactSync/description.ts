import type {
	INodeCredentialDescription,
	INodeProperties,
	INodeTypeDescription,
} from 'n8n-workflow';
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

const operationField: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: OPERATIONS.map(({ option }) => option),
	default: 'status',
};

const NAMES = Object.fromEntries(
	OPERATIONS.map(({ option }): [string, string] => [String(option.value), option.name]),
);

export const description: INodeTypeDescription = {
	displayName: 'Contact Sync',
	name: 'contactSync',
	icon: { light: 'file:contactSync.svg', dark: 'file:contactSync.dark.svg' },
	group: ['transform'],
	version: 1,
	subtitle: `={{ (${JSON.stringify(NAMES)})[$parameter["operation"]] }}`,
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
		operationField,
		// Without a condition: the editor hides whatever a login depends on, here the operation (n8n 2.41).
		salesforceAuthentication,
		...OPERATIONS.flatMap(shownFor),
	],
};

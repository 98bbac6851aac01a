import type { IDataObject } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { explainRecord, objectOfId, recordIdFrom, recordsOfEmail } from '../../sync/index.ts';
import type { ExplainedContact, ExplainTools } from '../../sync/desk/explain-contact.ts';
import { brevoAccess } from '../context/brevo.ts';
import { anyIntegrationField } from '../context/integrationField.ts';
import { salesforceAccess } from '../context/salesforce.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';
import { textParameter } from '../context/textParameter.ts';
import { iso } from '../context/timeOf.ts';
import { integrationsOf, type Operation, type OperationInput } from './operation.ts';
import { recordIdField } from './recordIdField.ts';

export const explainContact: Operation = {
	option: {
		name: 'Explain Contact',
		value: 'explain',
		action: 'Explain why a contact is in Brevo or not',
		description: 'Why is this contact not in Brevo? The answer, what to do, and all that happened',
	},
	logsInTo: ['salesforce', 'brevo'],
	fields: [
		{
			displayName: 'Find By',
			name: 'findBy',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'E-Mail Address',
					value: 'email',
					description: 'Looked up in Salesforce, in Brevo and, as a keyed hash, in the ledger',
				},
				{ name: 'Salesforce ID', value: 'recordId' },
			],
			default: 'recordId',
		},
		{ ...recordIdField, displayOptions: { show: { findBy: ['recordId'] } } },
		{
			displayName: 'E-Mail Address',
			name: 'email',
			type: 'string',
			required: true,
			displayOptions: { show: { findBy: ['email'] } },
			default: '',
			placeholder: 'e.g. nathan@example.com',
			description: 'It is asked for and not kept',
		},
		anyIntegrationField,
	],
	execute: async (input) => {
		const integrations = await integrationsOf(input);
		const tools = await toolsOf(input);
		const { recordIds, isBornInBrevo } =
			input.context.getNodeParameter('findBy', input.index) === 'email'
				? await recordsOfEmail(tools, emailOf(input), integrations)
				: { recordIds: [recordIdOf(input)], isBornInBrevo: false };
		if (recordIds.length === 0) return [{ json: nobody(isBornInBrevo) }];
		const items: Array<{ json: IDataObject }> = [];
		for (const recordId of recordIds) {
			const object = objectOfId(recordId);
			if (!object) throw noContact(input);
			const stories = await explainRecord(tools, recordId, object, integrations);
			items.push(...stories.map((story) => ({ json: itemOf(story) })));
		}
		return items;
	},
};

async function toolsOf({ context, host, ledger, index }: OperationInput): Promise<ExplainTools> {
	const authentication = context.getNodeParameter('salesforceAuthentication', index);
	return {
		ledger,
		connection: await salesforceAccess(context, authentication as SalesforceAuthentication, host),
		client: (await brevoAccess(context, host)).client,
		now: host.clock.now(),
		zone: context.getTimezone(),
	};
}

function recordIdOf(input: OperationInput): string {
	const id = recordIdFrom(textParameter(input.context, 'recordId', input.index));
	if (id !== undefined && objectOfId(id) !== undefined) return id;
	throw noContact(input);
}

const noContact = ({ context, index }: OperationInput): NodeOperationError =>
	new NodeOperationError(context.getNode(), 'This is no ID of a Salesforce contact or lead', {
		description:
			'Give the 15 or 18 characters that stand in the address of the record’s page; those of a contact begin with 003, those of a lead with 00Q.',
		itemIndex: index,
	});

function emailOf({ context, index }: OperationInput): string {
	const email = textParameter(context, 'email', index);
	if (/^[^@\s]+@[^@\s]+$/.test(email)) return email;
	throw new NodeOperationError(context.getNode(), 'This is no e-mail address', {
		description: 'Give one like nathan@example.com.',
		itemIndex: index,
	});
}

const nobody = (isBornInBrevo: boolean): IDataObject => ({
	found: false,
	inBrevo: isBornInBrevo,
	answer: isBornInBrevo
		? 'Brevo has a contact with this address that was created there. Salesforce shows the connected user no record with it, and no integration has written it.'
		: 'Neither Salesforce, as far as the connected user sees, nor Brevo nor the ledger knows this address.',
	whatToDo: isBornInBrevo
		? 'Create the record in Salesforce if it should be there; the sync then takes the contact over.'
		: 'Check how it is written, and whether the connected user may see the record (sharing rules).',
});

const itemOf = ({ history, ...story }: ExplainedContact): IDataObject => ({
	found: true,
	...story,
	history: history.map(({ at, what }) => ({ at: iso(at), what })),
});

import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';
import { forPeople } from './errors.ts';
import { n8nHost } from './host.ts';
import { withLedger } from './ledger.ts';
import { asText } from './textParameter.ts';

/** Recurring: which integration is meant; one that a Salesforce Contact Trigger started. */
export const integrationField: INodeProperties = {
	displayName: 'Integration',
	name: 'integration',
	type: 'resourceLocator',
	required: true,
	noDataExpression: true,
	default: { mode: 'list', value: '' },
	description: 'The integration whose contacts are meant, as Salesforce Contact Trigger names it',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an integration…',
			typeOptions: { searchListMethod: 'searchIntegrations', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. Contacts to newsletter',
		},
	],
};

/** The same where none means all of them. */
export const anyIntegrationField: INodeProperties = {
	...integrationField,
	required: false,
	description: 'The integration that is meant; all of them when it is left empty',
};

/** The name in a value of this field. */
export const integrationName = (value: unknown): string =>
	asText((value as { value?: unknown } | undefined)?.value);

/** Integrations of the ledger, without the streams back. */
export async function searchIntegrations(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		return await withLedger(this, n8nHost(this), async (ledger) => {
			const found = (await ledger.integrations.list()).filter(
				({ name, backOf }) =>
					backOf === undefined && name.toLowerCase().includes(filter.toLowerCase()),
			);
			// The editor's own "No results" leaves people alone with it. Choosing the line chooses nothing.
			if (found.length === 0) return { results: [{ name: noIntegration(filter), value: '' }] };
			return {
				results: found.map(({ name, object }) => ({ name: `${name} (${object}s)`, value: name })),
			};
		});
	} catch (error) {
		throw forPeople(this.getNode(), error);
	}
}

const noIntegration = (filter: string): string =>
	filter === ''
		? 'This ledger knows no integration yet: publish a workflow with Salesforce Contact Trigger first'
		: `No integration is called “${filter}”; one is known once its workflow was published`;

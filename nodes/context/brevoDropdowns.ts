import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import {
	attributeOptions,
	listAttributes,
	NAME_ATTRIBUTES,
	nameAttributeOf,
	searchLists as searchBrevoLists,
} from '../../sync/index.ts';
import { brevoAccess } from './brevo.ts';
import { currentLifts } from './currentLifts.ts';
import { forPeople } from './errors.ts';
import { n8nHost } from './host.ts';

const NAME_LABELS: Record<(typeof NAME_ATTRIBUTES)[number], string> = {
	'@FIRSTNAME': 'First name',
	'@LASTNAME': 'Last name',
};

/** Attributes that can be written; first and last name lead, under the account's own names. */
export async function getAttributes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	try {
		const { client } = await brevoAccess(this, n8nHost(this));
		const attributes = await listAttributes(client);
		const names: INodePropertyOptions[] = NAME_ATTRIBUTES.map((special) => ({
			name: `${NAME_LABELS[special]} (${nameAttributeOf(special, attributes) ?? 'missing'} in this account)`,
			value: special,
		}));
		return [...names, ...attributeOptions(attributes, currentLifts(this))];
	} catch (error) {
		throw forPeople(this.getNode(), error);
	}
}

export async function searchLists(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	try {
		const { client } = await brevoAccess(this, n8nHost(this));
		const lists = await searchBrevoLists(client, { search: filter ?? '' });
		// The editor's own "No results" leaves people alone with it. Choosing the line chooses nothing.
		if (lists.length === 0) return { results: [{ name: noLists(filter), value: '' }] };
		return {
			results: lists.map(({ id, name }) => ({ name: `${name} (#${id})`, value: String(id) })),
		};
	} catch (error) {
		throw forPeople(this.getNode(), error);
	}
}

const noLists = (filter = ''): string =>
	`${filter === '' ? 'This Brevo account has no list yet' : `No list is called “${filter}”`}: choose “By Name”, and it is created`;

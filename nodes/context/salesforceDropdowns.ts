import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ALL_LIFTED, fieldOptions } from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { SalesforceField } from '../../sync/mapping/field.ts';
import { currentLifts } from './currentLifts.ts';
import { forPeople } from './errors.ts';
import { n8nHost } from './host.ts';
import { fieldsOf, salesforceAccess } from './salesforce.ts';
import type { SalesforceAuthentication } from './salesforceFields.ts';

async function liveFields(context: ILoadOptionsFunctions): Promise<readonly SalesforceField[]> {
	try {
		const authentication = context.getCurrentNodeParameter('salesforceAuthentication');
		const object = context.getCurrentNodeParameter('object');
		const connection = await salesforceAccess(
			context,
			authentication as SalesforceAuthentication,
			n8nHost(context),
		);
		return await fieldsOf(connection, object as SalesforceObject);
	} catch (error) {
		throw forPeople(context.getNode(), error);
	}
}

/** Fields that a mapping may name, as far as the node's lifts go. */
export async function getFields(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return fieldOptions(await liveFields(this), currentLifts(this));
}

/** Fields that can be read. */
export async function getReadableFields(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	return fieldOptions(await liveFields(this), ALL_LIFTED);
}

/** Fields that a filter may name: every filterable one of the object itself. */
export async function getFilterFields(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const fields = await liveFields(this);
	return fields
		.filter(({ filterable, name }) => filterable === true && !name.includes('.'))
		.map(({ name, label, type }) => ({ name: `${label} (${name}, ${type})`, value: name }))
		.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

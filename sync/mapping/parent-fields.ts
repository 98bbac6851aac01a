import type { SalesforceObject } from '../changes/change.ts';
import type { SalesforceField } from './field.ts';

/**
 * Fields of a parent record that are worth mapping. A Contact has no company of its own: that is
 * the name of its Account, while a Lead has Company (Salesforce reference: Contact, Lead).
 */
export const PARENT_FIELDS: Record<SalesforceObject, readonly SalesforceField[]> = {
	Contact: [
		{ name: 'Account.Name', label: 'Account Name', type: 'string', length: 255, filterable: true },
	],
	Lead: [],
};

import { allContacts, blockContact, getContact, listAttributes } from '../../sync/index.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { BackSource } from '../../sync/changes/back.ts';

/** A Brevo account as a place that changes come from. */
export const backSource = (client: BrevoClient): BackSource => ({
	byExtId: async (extId) => await getContact(client, extId, 'ext_id'),
	byId: async (brevoId) => await getContact(client, String(brevoId), 'contact_id'),
	attributes: async () => await listAttributes(client),
	block: async (extId) => await blockContact(client, extId),
	list: (modifiedSince) =>
		allContacts(client, modifiedSince === undefined ? {} : { modifiedSince }),
});

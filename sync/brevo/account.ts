import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';
import { BrevoConfigError } from './errors.ts';

/** What the sync needs to know of an account; nothing about its owner. */
export interface BrevoAccount {
	/** The quota's key: one quota per Brevo organisation. */
	readonly organizationId: string;
	readonly companyName?: string;
	/** Plan types, such as `free` or `subscription`. */
	readonly plans: readonly string[];
	/** How the account writes dates, such as `dd-mm-YYYY`. */
	readonly dateFormat?: string;
	/** IANA name. */
	readonly timezone?: string;
}

/** Reads the account (one of 100 such calls an hour; cache it). Also the test of a credential. */
export async function getAccount(client: BrevoClient): Promise<BrevoAccount> {
	const { json = {} } = await client.request('GET /account');
	const organizationId = json.organization_id;
	if (typeof organizationId !== 'string' || organizationId === '')
		throw new BrevoConfigError(
			'Brevo did not name the organisation of this API key',
			'Check the base URL of the Brevo credential.',
		);
	const preferences = isObject(json.dateTimePreferences) ? json.dateTimePreferences : {};
	return {
		organizationId,
		plans: (Array.isArray(json.plan) ? json.plan : []).flatMap((plan) =>
			isObject(plan) && typeof plan.type === 'string' ? [plan.type] : [],
		),
		...text('companyName', json.companyName),
		...text('dateFormat', preferences.dateFormat),
		...text('timezone', preferences.timezone),
	};
}

const text = <Name extends string>(name: Name, value: unknown): { [key in Name]?: string } =>
	typeof value === 'string' && value !== '' ? ({ [name]: value } as { [key in Name]: string }) : {};

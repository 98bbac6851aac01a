import { QueryError, SalesforceError, withSecondLook } from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { Clock } from '../../sync/host.ts';
import type { CacheStore } from '../../sync/ledger/ledger.ts';
import type { SalesforceField } from '../../sync/mapping/field.ts';
import type { SalesforceConnection } from '../../sync/salesforce/connection.ts';
import { AGE_MS, remembered, type Remembered } from './remembered.ts';
import { fieldsOf, salesforcePrint, type SalesforceContext } from './salesforce.ts';
import type { SalesforceAuthentication } from './salesforceFields.ts';

export type Fields = readonly SalesforceField[];

/** The remembered describe of an object, as the user of this credential sees it. */
export async function rememberedFields(
	context: SalesforceContext,
	authentication: SalesforceAuthentication,
	object: SalesforceObject,
	cache: CacheStore,
	clock: Clock,
): Promise<Remembered<Fields>> {
	const print = await salesforcePrint(context, authentication);
	return remembered(cache, `describe|${object}|${print}`, AGE_MS.describe, clock);
}

const isAboutFields = (error: unknown): boolean =>
	error instanceof QueryError ||
	(error instanceof SalesforceError && error.action === 'fail-config');

/**
 * Runs `work` with the fields of an object: first with those that were read lately, and when that
 * fails with the present ones.
 */
export async function withFields<T>(
	known: Remembered<Fields>,
	connection: SalesforceConnection,
	object: SalesforceObject,
	work: (fields: Fields) => Promise<T>,
): Promise<T> {
	return await withSecondLook(
		{
			known: (await known.recall())?.value,
			read: async () => (await known.note(await fieldsOf(connection, object))).value,
			isInDoubt: isAboutFields,
		},
		work,
	);
}

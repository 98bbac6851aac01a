import type { Ledger } from './ledger/ledger.ts';

/*
 * An opt-out is kept in the Brevo contact, and a record may lose its contact: to another record that
 * gets its address, or by a deletion. Should it be given one anew, the person still objects.
 */

/** Longer than a record can come back: Salesforce purges the recycle bin after 15 days. */
const KEPT_MS = 31 * 86_400_000;

const keyOf = (brevoAccount: string, extId: string): string => `opted-out|${brevoAccount}|${extId}`;

/** Before the record with this id loses a contact that is blocklisted. */
export async function rememberOptOut(
	{ cache }: Pick<Ledger, 'cache'>,
	brevoAccount: string,
	extId: string,
): Promise<void> {
	await cache.set(keyOf(brevoAccount, extId), 'true', KEPT_MS);
}

export const hasLostOptOut = async (
	{ cache }: Pick<Ledger, 'cache'>,
	brevoAccount: string,
	extId: string,
): Promise<boolean> => (await cache.get(keyOf(brevoAccount, extId))) !== undefined;

/** A person has allowed the contact again. */
export async function forgetOptOut(
	{ cache }: Pick<Ledger, 'cache'>,
	brevoAccount: string,
	extId: string,
): Promise<void> {
	await cache.set(keyOf(brevoAccount, extId), '', 0);
}

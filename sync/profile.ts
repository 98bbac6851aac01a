import type { SalesforceObject } from './changes/change.ts';
import type { Integration, Ledger } from './ledger/ledger.ts';
import { liftsOf } from './limits/lifts.ts';
import type { LiftableLimitId } from './limits/table.ts';
import type { MappingOptions } from './mapping/convert.ts';
import type { BrevoAttribute, SalesforceField } from './mapping/field.ts';
import type { Mapping } from './mapping/pairs.ts';

/** Salesforce reference: Contact and Lead, “Email Opt Out”. */
export const OPT_OUT_FIELD = 'HasOptedOutOfEmail';

/**
 * How an integration's records are mapped, as Map Contact Fields used it last. Kept in the ledger:
 * the way back needs the same mapping, and the nodes behind it the conflict rules.
 */
export interface Profile {
	readonly object: SalesforceObject;
	readonly rows: Mapping;
	/** The fields and attributes of the rows alone. */
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
	readonly options: MappingOptions;
	/** Whether opt-outs travel with the contacts. */
	readonly optOuts: boolean;
}

type StoredProfile = Omit<Profile, 'options'> & {
	readonly options: Omit<MappingOptions, 'lifts'> & { readonly lifts: readonly LiftableLimitId[] };
};

/** Remembers the profile of an integration or of a stream back, when it is another than before. */
export async function saveProfile(ledger: Ledger, name: string, profile: Profile): Promise<void> {
	const { rows, options } = profile;
	const stored: StoredProfile = {
		...profile,
		fields: profile.fields.filter(({ name: field }) => rows.some((row) => row.field === field)),
		attributes: profile.attributes.filter((attribute) =>
			rows.some((row) => row.attribute === attribute.name),
		),
		options: { ...options, lifts: [...(options.lifts ?? [])] },
	};
	const json = JSON.stringify(stored);
	const known = await ledger.integrations.get(name);
	if (known && known.profile !== json) await ledger.integrations.saveProfile(name, json);
}

/** The profile that was saved; undefined before the integration's mapping has run for the first time. */
export function profileOf({ profile }: Integration): Profile | undefined {
	if (profile === undefined) return undefined;
	const stored = JSON.parse(profile) as StoredProfile;
	return { ...stored, options: { ...stored.options, lifts: liftsOf(stored.options.lifts) } };
}

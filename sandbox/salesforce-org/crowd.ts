import { mulberry32 } from '../faults.ts';
import { isObjectName } from './ids.ts';
import type { Organization } from './organization.ts';
import { lastName, person, pick } from './people.ts';

const DAY_MS = 86_400_000;
/** Records that were written in one second, as an integration writes them. */
const TIES = 50;

export interface Generation {
	/** Contact (default) or Lead. */
	readonly object?: string;
	readonly count: number;
	/** Same seed, same people. */
	readonly seed?: number;
	/** How far back the oldest stamp lies; default 365. */
	readonly days?: number;
}

/** Makes distinct people with stamps that ascend up to now. */
export function generate(
	organization: Organization,
	{ object = 'Contact', count, seed = 1, days = 365 }: Generation,
): { generated: number } {
	if (!isObjectName(object) || (object !== 'Contact' && object !== 'Lead'))
		throw new Error('People are of the object Contact or Lead');
	if (!Number.isInteger(count) || count < 1) throw new Error('count is a whole number above 0');
	const random = mulberry32(seed);
	const accounts = [...organization.table('Account').all()].map(({ id }) => id);
	const before = organization.table(object).size;
	const last = organization.stamp();
	const step = Math.floor((days * DAY_MS) / count / 1000);
	for (let n = 0; n < count; n += 1) {
		const left = count - 1 - n;
		const at = last - (left - (left % TIES)) * step * 1000;
		const values = person(object, before + n, random);
		const isMember = object === 'Contact' && accounts.length > 0;
		organization.insert(
			object,
			isMember ? { AccountId: pick(accounts, random), ...values } : values,
			{ at },
		);
	}
	return { generated: count };
}

export interface Scatter {
	readonly object?: string;
	readonly count: number;
	readonly seed?: number;
	/** Share of the edits that touch none of `fields`; default 0.6. */
	readonly unmappedShare?: number;
	/** What the other edits change, each one of them; default LastName. */
	readonly fields?: readonly string[];
	/** Default Description. */
	readonly unmappedFields?: readonly string[];
}

/** Edits different records all over the table, now; gives their ids. */
export function scatter(
	organization: Organization,
	{
		object = 'Contact',
		count,
		seed = 1,
		unmappedShare = 0.6,
		fields = ['LastName'],
		unmappedFields = ['Description'],
	}: Scatter,
): { mapped: string[]; unmapped: string[] } {
	if (!isObjectName(object)) throw new Error(`There is no object "${object}"`);
	const rows = [...organization.table(object).all()].filter(({ deleted }) => !deleted);
	if (count > rows.length) throw new Error(`There are only ${rows.length} records`);
	const random = mulberry32(seed);
	const edited = { mapped: [] as string[], unmapped: [] as string[] };
	for (let n = 0; n < count; n += 1) {
		// The first n are edited already; one of the rest takes the next place.
		const at = n + Math.floor(random() * (rows.length - n));
		const [row, other] = [rows[at], rows[n]];
		if (!row || !other) break;
		[rows[n], rows[at]] = [row, other];
		const isUnmapped = n < Math.round(count * unmappedShare);
		const field = pick(isUnmapped ? unmappedFields : fields, random);
		const value = `${lastName(random)} ${organization.stamp() / 1000 + n}`;
		organization.change(row, { values: { ...row.values, [field]: value } });
		edited[isUnmapped ? 'unmapped' : 'mapped'].push(row.id);
	}
	return edited;
}

import type { ObjectName } from './ids.ts';
import type { Values } from './store.ts';

/** Invented people: names of several countries, addresses of the domains kept for examples. */
const FIRST =
	'Ada Aisha Anna Ben Björn Camille Chloé Dmitri Elena Émile Fatima Giulia Gül Håkon Ines Jan João Jürgen Kenji Léa Łucja Marta Mehmet Noah Olivia Paul Quentin Rosa Sofia Tomás Yuki Zoë'.split(
		' ',
	);
const LAST =
	"Abel Almeida Brandt Corrêa Cohen Dubois Ekström Fischer García Hansen Ivanov Jäger Kowalska Lambert Martin Moreau Nakamura Novák O'Neill Okafor Petrov Quispe Rossi Santos Schmidt Tanaka Ünal Vasseur Weber Xu Young Żak".split(
		' ',
	);
const TITLES = ['Manager', 'Director', 'CFO', 'Buyer', 'Head of Sales', 'Engineer'];
const DOMAINS = ['example.com', 'example.org', 'example.net', 'mail.example.com'];
const SOURCES = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];
/** City, postal code, country. */
const PLACES = [
	['Berlin', '10115', 'Germany'],
	['Hamburg', '20095', 'Germany'],
	['Paris', '75001', 'France'],
	['Lyon', '69001', 'France'],
	['Madrid', '28001', 'Spain'],
	['Lisboa', '1100-148', 'Portugal'],
	['København', '1050', 'Denmark'],
	['London', 'EC1A 1BB', 'United Kingdom'],
] as const;
const STREETS = ['Hauptstraße', 'Rue de la Paix', 'Calle Mayor', 'High Street', 'Via Roma'];

type Random = () => number;

export function pick<T>(choices: readonly T[], random: Random): T {
	const choice = choices[Math.floor(random() * choices.length)];
	if (choice === undefined) throw new Error('There is nothing to choose from');
	return choice;
}

export const lastName = (random: Random): string => pick(LAST, random);

/** Parts of addresses have no accents. */
const PLAIN = new Map(
	[...FIRST, ...LAST].map((name) => [
		name,
		name
			.normalize('NFD')
			.replace(/[^a-zA-Z]/g, '')
			.toLowerCase(),
	]),
);

/**
 * The `n`th person: e-mail and mobile phone are that person's alone, one in two has a phone and one
 * in fifty has opted out. Not more than ten million.
 */
export function person(object: ObjectName, n: number, random: Random): Values {
	const [first, last] = [pick(FIRST, random), pick(LAST, random)];
	const [city, postalCode, country] = pick(PLACES, random);
	const email = flat(
		`${PLAIN.get(first) ?? ''}.${PLAIN.get(last) ?? ''}.${n}@${pick(DOMAINS, random)}`,
	);
	const street = flat(`${pick(STREETS, random)} ${1 + Math.floor(random() * 200)}`);
	const address = object === 'Lead' ? '' : 'Mailing';
	return {
		FirstName: first,
		LastName: last,
		Email: email,
		...(random() < 0.5 && { MobilePhone: mobilePhone(n) }),
		[`${address}Street`]: street,
		[`${address}City`]: city,
		[`${address}PostalCode`]: postalCode,
		[`${address}Country`]: country,
		...(random() < 0.3 && { Title: pick(TITLES, random) }),
		LeadSource: pick(SOURCES, random),
		...(random() < 0.02 && { HasOptedOutOfEmail: true }),
		...(object === 'Lead' && { Company: `${last} & Co`, Status: 'Open - Not Contacted' }),
	};
}

/** French and German mobile numbers in turn. */
const mobilePhone = (n: number): string =>
	flat(n % 2 === 0 ? `+3361${String(n).padStart(7, '0')}` : `+49151${String(n).padStart(8, '0')}`);

/** One string in memory instead of the tree of parts that concatenation leaves. */
const flat = (text: string): string => Buffer.from(text).toString();

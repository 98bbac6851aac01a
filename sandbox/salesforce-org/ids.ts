/** Salesforce ids: 15 characters that know case, and 3 that say which of them are capitals. */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

export const PREFIXES = { Contact: '003', Lead: '00Q', Account: '001', Case: '500' } as const;
export type ObjectName = keyof typeof PREFIXES;

export const isObjectName = (name: string): name is ObjectName => Object.hasOwn(PREFIXES, name);

/** The 18-character form of a 15-character id; others come back as they are. */
export function eighteen(id: string): string {
	if (id.length !== 15) return id;
	let suffix = '';
	for (let block = 0; block < 15; block += 5) {
		let bits = 0;
		for (let at = 0; at < 5; at += 1) if (/[A-Z]/.test(id[block + at] ?? '')) bits |= 1 << at;
		suffix += CHECK[bits] ?? '';
	}
	return id + suffix;
}

/** The object that an id belongs to, by its first three characters. */
export const objectOfId = (id: string): ObjectName | undefined =>
	(Object.keys(PREFIXES) as ObjectName[]).find((name) => id.startsWith(PREFIXES[name]));

/** Ids in the order in which an organisation gives them. */
export function idSequence(object: ObjectName): () => string {
	let next = 0;
	return () => {
		let digits = '';
		for (let value = next++, at = 0; at < 6; at += 1) {
			digits = (ALPHABET[value % 62] ?? '') + digits;
			value = Math.floor(value / 62);
		}
		return eighteen(`${PREFIXES[object]}SB0000${digits}`);
	};
}

export const looksLikeId = (text: string): boolean =>
	/^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(text);

/** Salesforce ids: 15 characters that know case, and 3 that say which of them are capitals. */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

export const PREFIXES = { Contact: '003', Lead: '00Q', Account: '001', Case: '500' } as const;
export type ObjectName = keyof typeof PREFIXES;

export const isObjectName = (name: string): name is ObjectName => Object.hasOwn(PREFIXES, name);

/** The 18-character form of a 15-character id; others come back as they are. */
export const eighteen = (id: string): string =>
	id.length === 15 ? id + suffix(Buffer.from(id, 'latin1')) : id;

const [A, Z] = ['A'.charCodeAt(0), 'Z'.charCodeAt(0)];

function suffix(id: Buffer): string {
	let text = '';
	for (let block = 0; block < 15; block += 5) {
		let bits = 0;
		for (let at = 0; at < 5; at += 1) {
			const code = id[block + at] ?? 0;
			if (code >= A && code <= Z) bits |= 1 << at;
		}
		text += CHECK[bits] ?? '';
	}
	return text;
}

/** The object that an id belongs to, by its first three characters. */
export const objectOfId = (id: string): ObjectName | undefined =>
	(Object.keys(PREFIXES) as ObjectName[]).find((name) => id.startsWith(PREFIXES[name]));

/** Ids of an object in the order in which an organisation gives them. */
export const idSequence = (object: ObjectName): (() => string) =>
	sequence(`${PREFIXES[object]}SB0000`);

/** Ids of asynchronous jobs; `kind` is one character. */
export const jobIds = (kind: string): (() => string) => sequence(`750SB000${kind}`);

/** `start` has nine characters. */
function sequence(start: string): () => string {
	const bytes = Buffer.alloc(18);
	bytes.write(start, 'latin1');
	let next = 0;
	return () => {
		for (let value = next++, at = 14; at >= 9; at -= 1) {
			bytes[at] = ALPHABET.charCodeAt(value % 62);
			value = Math.floor(value / 62);
		}
		bytes.write(suffix(bytes), 15, 'latin1');
		// One flat string a record, where concatenation would keep its parts.
		return bytes.toString('latin1');
	};
}

export const looksLikeId = (text: string): boolean =>
	/^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(text);

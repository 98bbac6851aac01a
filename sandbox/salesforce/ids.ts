const CHECKSUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** What stands between an object's prefix and a record's number: instance and reserved. */
const INSTANCE = 'dM0';
/** Above the numbers of the sample records. */
const FIRST_NUMBER = 2 * 62 ** 5;

/** The 18-character form of a 15-character id: three letters say which of the 15 are capitals. */
export function withChecksum(id15: string): string {
	let checksum = '';
	for (let block = 0; block < 15; block += 5) {
		let bits = 0;
		for (let place = 0; place < 5; place += 1) {
			const letter = id15.charAt(block + place);
			if (letter >= 'A' && letter <= 'Z') bits |= 1 << place;
		}
		checksum += CHECKSUM.charAt(bits);
	}
	return id15 + checksum;
}

/** The 18-character form of an id in either form; undefined when the text is no id. */
export function salesforceId(text: string): string | undefined {
	if (!/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(text)) return undefined;
	return withChecksum(text.slice(0, 15));
}

/** Gives ids that ascend by code unit. */
export class IdSequence {
	readonly #prefix: string;
	#number = FIRST_NUMBER;

	constructor(prefix: string) {
		this.#prefix = prefix;
	}

	next(): string {
		let digits = '';
		for (let rest = this.#number; rest > 0; rest = Math.floor(rest / 62)) {
			digits = DIGITS.charAt(rest % 62) + digits;
		}
		this.#number += 1;
		return withChecksum(this.#prefix + INSTANCE + digits.padStart(9, '0'));
	}
}

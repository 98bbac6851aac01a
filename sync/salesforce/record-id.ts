const CHECK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * A record id with its 18 characters, as everything in the ledger has it; undefined for what is none.
 * The last three tell which of the first fifteen are capitals (Salesforce: 15- and 18-character ids).
 */
export function recordIdFrom(text: string): string | undefined {
	const id = text.trim();
	if (!/^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(id)) return undefined;
	const base = id.slice(0, 15);
	const check = [0, 5, 10].map((start) => {
		const capitals = Array.from(base.slice(start, start + 5), (letter) => /[A-Z]/.test(letter));
		return CHECK[capitals.reduce((sum, isCapital, place) => sum + (isCapital ? 2 ** place : 0), 0)];
	});
	return id.length === 18 ? id : `${base}${check.join('')}`;
}

import type { IdentifierHashes, Link } from './ledger/ledger.ts';
import type { Verdict } from './plan.ts';

interface Owner {
	readonly integration: string;
	readonly recordId: string;
}

/** Who owns an address or number, including the records earlier in the same page. */
export class Owners {
	readonly #byHash: Map<string, Owner>;
	readonly #yielding: ReadonlySet<string>;
	readonly #gone = new Set<string>();

	/** `yielding`: integrations that leave their addresses to whoever claims them. */
	constructor(links: ReadonlyMap<string, Link>, yielding: ReadonlySet<string>) {
		this.#byHash = new Map(links);
		this.#yielding = yielding;
	}

	leave(integration: string, recordId: string): void {
		this.#gone.add(`${integration}|${recordId}`);
	}

	/** The record lets go of this address. */
	moves(integration: string, recordId: string, hash: string | undefined): void {
		const owner = hash === undefined ? undefined : this.#byHash.get(hash);
		const isOwner = owner?.integration === integration && owner.recordId === recordId;
		if (hash !== undefined && isOwner) this.#byHash.delete(hash);
	}

	/** Takes the identifiers for a record, or says which one another record owns. */
	claim(integration: string, recordId: string, hashes: IdentifierHashes): Verdict | undefined {
		const claims = [
			{ hash: hashes.emailHash, limit: 'email-duplicate', field: 'EMAIL' },
			{ hash: hashes.smsHash, limit: 'sms-duplicate', field: 'SMS' },
		] as const;
		for (const { hash, limit, field } of claims) {
			const owner = hash === undefined ? undefined : this.#byHash.get(hash);
			if (hash !== undefined && owner && this.#holds(owner, integration, recordId)) {
				const rejected = {
					kind: 'rejected',
					field,
					owner: owner.recordId,
					waitsFor: hash,
				} as const;
				const isSameRecord = owner.recordId === recordId;
				return { ...rejected, limit: isSameRecord ? 'record-duplicate' : limit };
			}
		}
		for (const { hash } of claims) if (hash) this.#byHash.set(hash, { integration, recordId });
		return undefined;
	}

	#holds(owner: Owner, integration: string, recordId: string): boolean {
		const isItself = owner.integration === integration && owner.recordId === recordId;
		const hasLeft = this.#gone.has(`${owner.integration}|${owner.recordId}`);
		return !isItself && !hasLeft && !this.#yielding.has(owner.integration);
	}
}

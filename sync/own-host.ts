import type { Http } from './host.ts';

/**
 * Lets requests to one origin through and rejects all others unsent: the credential is added to
 * whatever is sent, and an answer may name any address as the place to go on.
 */
export function onlyTo(address: string, http: Http): Http {
	const { origin } = new URL(address);
	return async (request) => {
		if (new URL(request.url).origin === origin) return await http(request);
		throw new ForeignHostError(origin);
	};
}

/** A request with a credential was to go to a host that the credential is not for. */
export class ForeignHostError extends Error {
	override readonly name = 'ForeignHostError';
	readonly remedy =
		'Nothing was sent. An answer named another address to go on at: check what stands between n8n and the service.';

	constructor(origin: string) {
		super(`A request that belongs to ${origin} was to go to another address`);
	}
}

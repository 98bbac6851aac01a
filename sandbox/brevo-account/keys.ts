import type { SandboxReply } from '../service.ts';
import { refusal } from './answers.ts';

/** The sandbox's API key; its name shows as `api_key_name` in webhooks. */
export const BREVO_KEY = 'xkeysib-sandbox';
export const BREVO_KEY_NAME = 'contact-sync';

/** What is wrong with a key; all of it is a 401 (reference: brevo 2.1). */
const REFUSALS = {
	missing: 'Key not found',
	unknown: 'Key not found',
	deactivated: 'API Key is not enabled',
	expired: 'API Key has expired',
	ip: 'We have detected you are using an unrecognised IP address 127.0.0.1. If you performed this action make sure to add the new IP address in this link: https://app.brevo.com/security/authorised_ips',
} as const;

export type KeyState = 'valid' | Exclude<keyof typeof REFUSALS, 'missing' | 'unknown'>;

export class Keys {
	readonly #states = new Map<string, KeyState>([[BREVO_KEY, 'valid']]);

	set(key: string, state: KeyState | 'deleted'): void {
		if (state === 'deleted') this.#states.delete(key);
		else this.#states.set(key, state);
	}

	/** Undefined when the key is good. */
	refuse(key: string | undefined): SandboxReply | undefined {
		const state = key === undefined ? 'missing' : (this.#states.get(key) ?? 'unknown');
		return state === 'valid' ? undefined : refusal(401, 'unauthorized', REFUSALS[state]);
	}
}

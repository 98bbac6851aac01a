import type { RouteName } from './routes.ts';

/**
 * What the Brevo client throws. Brevo's own message texts may quote an e-mail address or a phone
 * number, so none of these carries one: only route, status, code and names of identifiers.
 */
export abstract class BrevoError extends Error {
	/** What to do next, for people. */
	readonly remedy: string;

	constructor(message: string, remedy: string, options?: ErrorOptions) {
		super(message, options);
		this.remedy = remedy;
	}
}

/** Why a request is put off: refused by a limit, the server's trouble, silence, or nonsense. */
export const UNAVAILABLE_REASONS = {
	'rate-limited': 'Brevo’s rate limit is used up',
	server: 'Brevo answered with a server error',
	'no-answer': 'Brevo did not answer',
	'too-large': 'Something that is not Brevo’s API answered, and did not come to an end',
	unreadable: 'Something that is not Brevo’s API answered (a proxy or a maintenance page)',
} as const;
export type UnavailableReason = keyof typeof UNAVAILABLE_REASONS;

/** Brevo cannot take the request now; the same request may be sent again from `retryAt` on. */
export class BrevoUnavailableError extends BrevoError {
	override readonly name = 'BrevoUnavailableError';
	readonly route: RouteName;
	readonly reason: UnavailableReason;
	/** Milliseconds since the epoch. */
	readonly retryAt: number;
	/** True when Brevo may have acted although we were not told. */
	readonly mayHaveHappened: boolean;
	readonly status: number | undefined;

	constructor(
		route: RouteName,
		details: Pick<BrevoUnavailableError, 'reason' | 'retryAt' | 'mayHaveHappened' | 'status'>,
	) {
		const status = details.status === undefined ? '' : `, status ${details.status}`;
		const until = new Date(details.retryAt).toISOString();
		super(
			`${UNAVAILABLE_REASONS[details.reason]} (${route}${status})`,
			`Nothing is lost: the work is tried again after ${until}.`,
		);
		this.route = route;
		this.reason = details.reason;
		// Windows and jitter have fractions; whoever keeps the time counts whole milliseconds.
		this.retryAt = Math.ceil(details.retryAt);
		this.mayHaveHappened = details.mayHaveHappened;
		this.status = details.status;
	}
}

/** What the request was about, read from Brevo's message, which itself is not kept. */
export type RefusedSubject = 'email' | 'phone' | 'list' | 'unknown';

/** Brevo understood the request and refuses it; the same request would be refused again. */
export class BrevoRefusedError extends BrevoError {
	override readonly name = 'BrevoRefusedError';
	readonly route: RouteName;
	readonly status: number;
	/** Brevo's error code, such as `duplicate_parameter`; `unknown` when there was none. */
	readonly code: string;
	readonly about: RefusedSubject;
	/** With `duplicate_parameter`: which identifiers belong to another contact. Names, not values. */
	readonly duplicateIdentifiers: readonly string[];
	/** Brevo said that it is so already, or that the contact is not there. */
	readonly alreadySo: boolean;

	constructor(
		route: RouteName,
		details: Pick<
			BrevoRefusedError,
			'status' | 'code' | 'about' | 'duplicateIdentifiers' | 'alreadySo'
		>,
	) {
		super(
			`Brevo refused ${route}: ${details.code} (status ${details.status})`,
			'Correct what was sent; sending the same again gives the same answer.',
		);
		this.route = route;
		this.status = details.status;
		this.code = details.code;
		this.about = details.about;
		this.duplicateIdentifiers = details.duplicateIdentifiers;
		this.alreadySo = details.alreadySo;
	}
}

/** The four things a 401 means (reference/brevo.md 2.1), told apart by Brevo's message. */
export const AUTH_CAUSES = {
	'ip-not-authorised': {
		message: 'Brevo does not accept requests from this IP address',
		remedy:
			'In Brevo open Settings > Security > Authorised IPs and add the address, or switch the blocking of unknown addresses off for API keys.',
	},
	'key-expired': {
		message: 'The Brevo API key has expired',
		remedy:
			'Create a new key in Brevo under Settings > SMTP & API > API keys and put it into the credential. Keys that nobody used for 90 days expire by themselves.',
	},
	'key-deactivated': {
		message: 'The Brevo API key is deactivated',
		remedy:
			'Activate the key in Brevo under Settings > SMTP & API > API keys, or put another key into the credential.',
	},
	'key-unknown': {
		message: 'Brevo does not know the API key',
		remedy:
			'The key was deleted or mistyped. Copy a v3 API key (it begins with xkeysib-) from Settings > SMTP & API > API keys into the credential. If the key is right, check Settings > Security > Authorised IPs.',
	},
} as const;
export type AuthCause = keyof typeof AUTH_CAUSES;

/** The credential does not work. Every further request would fail too, so none should be made. */
export class BrevoAuthError extends BrevoError {
	override readonly name = 'BrevoAuthError';
	readonly reason: AuthCause;

	constructor(reason: AuthCause, ipAddress?: string) {
		const { message, remedy } = AUTH_CAUSES[reason];
		super(ipAddress === undefined ? message : `${message} (${ipAddress})`, remedy);
		this.reason = reason;
	}
}

/** Account or settings are in the way of every record: a list that is gone, a missing permission. */
export class BrevoConfigError extends BrevoError {
	override readonly name = 'BrevoConfigError';
}

/** The lists that were to be written to are not, or not all, in the account. */
export class UnknownListError extends BrevoConfigError {
	constructor(listIds: readonly number[], cause: unknown) {
		super(
			listIds.length === 1
				? `Brevo has no list ${listIds.join()}`
				: `Brevo does not know one of the lists ${listIds.join(', ')}`,
			'Choose a list that exists in this Brevo account.',
			{ cause },
		);
	}
}

import { createHash } from 'node:crypto';
import type { BrevoClient } from './client.ts';
import {
	BrevoError,
	BrevoRefusedError,
	BrevoUnavailableError,
	UNAVAILABLE_REASONS,
} from './errors.ts';

export interface Mail {
	/** A sender that is verified in the Brevo account. */
	readonly from: string;
	readonly to: readonly string[];
	readonly subject: string;
	/** Plain text. */
	readonly paragraphs: readonly string[];
	/** Names the mail: within half an hour Brevo sends one of a name (Brevo docs: idempotency). */
	readonly name: string;
}

export type MailResult =
	| { readonly kind: 'sent' }
	/** `reason` says why, and what to do about it, for people. */
	| { readonly kind: 'not-sent'; readonly reason: string };

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Sends a transactional e-mail (Brevo OpenAPI, sendTransacEmail). What Brevo answers is a result and
 * no error: nobody's contacts have to wait for a mail. Rejects with the signal's reason only.
 */
export async function sendMail(client: BrevoClient, mail: Mail): Promise<MailResult> {
	const html = mail.paragraphs
		.map((text) => `<p>${text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)}</p>`)
		.join('\n');
	try {
		await client.request('POST /smtp/email', {
			body: {
				sender: { email: mail.from },
				to: mail.to.map((email) => ({ email })),
				subject: mail.subject,
				htmlContent: `<html><body>${html}</body></html>`,
				textContent: mail.paragraphs.join('\n\n'),
				headers: { idempotencyKey: uuidOf(mail.name) },
			},
		});
		return { kind: 'sent' };
	} catch (error) {
		if (!(error instanceof BrevoError)) throw error;
		return { kind: 'not-sent', reason: whyNot(error) };
	}
}

/** Always the same for a name; Brevo takes a UUID, best a v4, so it looks like one. */
function uuidOf(name: string): string {
	const hex = createHash('sha256').update(name).digest('hex');
	return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');
}

function whyNot(error: BrevoError): string {
	if (error instanceof BrevoRefusedError)
		return `Brevo refused it (${error.code}). Check in Brevo under Settings > Senders, Domains & Dedicated IPs that the sender is verified.`;
	if (error instanceof BrevoUnavailableError)
		return `${UNAVAILABLE_REASONS[error.reason]}${error.mayHaveHappened ? '; it may have gone out all the same' : ''}. It is not tried again.`;
	return `${error.message}. ${error.remedy}`;
}

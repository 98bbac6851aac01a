import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';

export interface Mail {
	/** A sender that is verified in the Brevo account. */
	readonly from: string;
	readonly to: readonly string[];
	readonly subject: string;
	/** Plain text. */
	readonly paragraphs: readonly string[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Sends a transactional e-mail (Brevo OpenAPI, sendTransacEmail); gives its message id. */
export async function sendMail(client: BrevoClient, mail: Mail): Promise<string | undefined> {
	const html = mail.paragraphs
		.map((text) => `<p>${text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)}</p>`)
		.join('\n');
	const { json } = await client.request('POST /smtp/email', {
		body: {
			sender: { email: mail.from },
			to: mail.to.map((email) => ({ email })),
			subject: mail.subject,
			htmlContent: `<html><body>${html}</body></html>`,
			textContent: mail.paragraphs.join('\n\n'),
		},
	});
	return isObject(json) && typeof json.messageId === 'string' ? json.messageId : undefined;
}

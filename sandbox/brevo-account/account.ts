import { created, invalid, missing, noContent, notFound, ok } from './answers.ts';
import type { Attribute, Attributes } from './attributes.ts';
import { OWNER_EMAIL } from './contactRoutes.ts';
import type { Route } from './routes.ts';

export const ORGANIZATION_ID = '6a1f0c2e5b9d4e0001a2b3c4';

/** GET /account (Brevo OpenAPI, getAccount). */
const ACCOUNT = {
	organization_id: ORGANIZATION_ID,
	user_id: 4711,
	enterprise: false,
	email: OWNER_EMAIL,
	firstName: 'Sandbox',
	lastName: 'Owner',
	companyName: 'Sandbox Company',
	address: { street: '1 Example Street', city: 'Paris', zipCode: '75001', country: 'France' },
	dateTimePreferences: { timezone: 'Europe/Paris', dateFormat: 'dd-mm-YYYY', timeFormat: '24h' },
	plan: [{ type: 'free', creditsType: 'sendLimit', credits: 300 }],
	planVerticals: [],
	relay: {
		enabled: false,
		data: { userName: OWNER_EMAIL, relay: 'smtp-relay.brevo.com', port: 587 },
	},
	marketingAutomation: { enabled: false },
};

export interface Mail {
	readonly sender: unknown;
	readonly to: unknown;
	readonly subject: unknown;
	readonly htmlContent?: unknown;
	readonly textContent?: unknown;
	readonly idempotencyKey?: unknown;
	/** By the sandbox's clock. */
	readonly sentAt: number;
}

/** Brevo docs, idempotency: a key is remembered for 30 minutes, and what bears it again ignored. */
const IDEMPOTENCY_MS = 1_800_000;

/** Account, attributes, senders and transactional mail. */
export function accountRoutes(attributes: Attributes, mailbox: Mail[], now: () => number): Route[] {
	return [
		{ method: 'GET', path: 'account', answer: () => ok(ACCOUNT) },
		{
			method: 'GET',
			path: 'senders',
			answer: () =>
				ok({ senders: [{ id: 1, name: 'Sandbox', email: OWNER_EMAIL, active: true, ips: [] }] }),
		},
		{
			method: 'POST',
			path: 'smtp/email',
			answer: ({ body }) => {
				const { sender, to, subject, htmlContent, textContent, headers } = body;
				if (!Array.isArray(to) || to.length === 0) return missing('to is missing');
				if (!sender || !subject || !(htmlContent ?? textContent))
					return missing('sender, subject or content is missing');
				const { idempotencyKey } = (headers ?? {}) as Partial<Mail>;
				const since = now() - IDEMPOTENCY_MS;
				let number = mailbox.findIndex(
					(mail) =>
						idempotencyKey !== undefined &&
						mail.idempotencyKey === idempotencyKey &&
						mail.sentAt > since,
				);
				if (number < 0) {
					const content = { sender, to, subject, htmlContent, textContent, idempotencyKey };
					number = mailbox.push({ ...content, sentAt: now() }) - 1;
				}
				return created({ messageId: `<${number + 1}.sandbox@smtp-relay.mailin.fr>` });
			},
		},
		{
			method: 'GET',
			path: 'contacts/attributes',
			answer: () => ok({ attributes: attributes.list() }),
		},
		{
			method: 'POST',
			path: 'contacts/attributes/*/*',
			answer: ({ params, body }) => {
				const [category = '', name = ''] = params;
				if (attributes.get(name.toUpperCase())) return invalid('Attribute name must be unique');
				if (!/^\w+$/.test(name)) return invalid('Attribute name is not valid');
				attributes.add({
					...(body as Omit<Attribute, 'name' | 'category'>),
					name: name.toUpperCase(),
					category: category as Attribute['category'],
				});
				return created({});
			},
		},
		{
			method: 'PUT',
			path: 'contacts/attributes/*/*',
			answer: ({ params, body }) => {
				const attribute = attributes.get((params[1] ?? '').toUpperCase());
				if (!attribute || attribute.category !== params[0])
					return notFound('Attribute does not exist');
				const { enumeration, multiCategoryOptions } = body as Partial<Attribute>;
				const labels = [
					...(enumeration ?? []).map(({ label }) => label),
					...(multiCategoryOptions ?? []),
				];
				if (labels.some((label) => label.length > 200)) return invalid('Option is too long');
				attributes.add({
					...attribute,
					...(enumeration && {
						enumeration: enumeration.map(({ value, label }) => ({
							value,
							label,
							valueStr: String(value),
						})),
					}),
					...(multiCategoryOptions && { multiCategoryOptions }),
				});
				return noContent;
			},
		},
		{
			method: 'DELETE',
			path: 'contacts/attributes/*/*',
			answer: ({ params }) =>
				attributes.remove((params[1] ?? '').toUpperCase())
					? noContent
					: notFound('Attribute does not exist'),
		},
	];
}

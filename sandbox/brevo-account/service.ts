import type { SandboxClock, SandboxReply, SandboxRequest, Service } from '../service.ts';
import { accountRoutes, type Mail, ORGANIZATION_ID } from './account.ts';
import { invalid, notFound } from './answers.ts';
import { type Attribute, Attributes, type Language } from './attributes.ts';
import { contactRoutes, shown } from './contactRoutes.ts';
import { type Contact, Contacts } from './contacts.ts';
import { Imports, type ImportSpeed } from './imports.ts';
import { BREVO_KEY_NAME, Keys, type KeyState } from './keys.ts';
import { listRoutes, Lists } from './lists.ts';
import { type Bucket, Rates, type RateSettings } from './rates.ts';
import { Routes } from './routes.ts';
import { Webhooks } from './webhooks.ts';

const PREFIX = '/v3/';
const REJECTS = '/v3/_rejects/';

type Identified = { readonly email?: string; readonly ext_id?: string; readonly id?: number };

/** What a person does to a contact in Brevo's own pages. */
interface PersonsEdit extends Identified {
	readonly attributes?: Readonly<Record<string, unknown>>;
	readonly emailBlacklisted?: boolean;
	readonly newEmail?: string;
	readonly delete?: boolean;
}

class Brevo {
	readonly #attributes = new Attributes();
	readonly #lists = new Lists();
	readonly #keys = new Keys();
	readonly #mailbox: Mail[] = [];
	readonly #contacts: Contacts;
	readonly #imports: Imports;
	readonly #webhooks: Webhooks;
	readonly #rates: Rates;
	readonly #routes: Routes;
	/** Whose change is being made: the API key's name, or '' for a person. */
	#author = '';

	constructor(clock: SandboxClock) {
		this.#contacts = new Contacts(clock, this.#attributes);
		this.#imports = new Imports(this.#contacts, this.#lists, clock);
		this.#webhooks = new Webhooks(clock);
		this.#rates = new Rates(clock);
		this.#contacts.onEvent = (event) => this.#webhooks.fire(event, this.#author);
		// The first that fits answers: fixed paths stand before contacts/*.
		this.#routes = new Routes([
			...accountRoutes(this.#attributes, this.#mailbox, () => clock.now()),
			...listRoutes(this.#lists, this.#contacts, () => clock.now()),
			...this.#imports.routes(),
			...this.#webhooks.routes(),
			...contactRoutes(this.#contacts, this.#lists),
		]);
	}

	bucket(request: SandboxRequest): Bucket {
		if (request.method === 'POST' && request.path === '/v3/smtp/email') return 'mail';
		return /^\/v3\/contacts(\/|$)/.test(request.path) ? 'contacts' : 'other';
	}

	handle(request: SandboxRequest): SandboxReply {
		if (request.path.startsWith(REJECTS))
			return this.#rejectFile(request.path.slice(REJECTS.length));
		// A 401 carries no rate headers (reference: brevo 3).
		const refused = this.#keys.refuse(request.headers['api-key']);
		if (refused) return refused;
		const rate = this.#rates.take(this.bucket(request));
		const reply = rate.refused ?? this.#answer(request);
		return { ...reply, headers: { ...rate.headers, ...reply.headers } };
	}

	#answer(request: SandboxRequest): SandboxReply {
		const found = this.#routes.find(request.method, request.path.slice(PREFIX.length));
		if (!found) return notFound(`No route for ${request.method} ${request.path}`);
		const body = jsonOf(request.body);
		if (!body) return invalid('Invalid JSON');
		this.#author = BREVO_KEY_NAME;
		return found.route.answer({ request, params: found.params, body });
	}

	#rejectFile(name: string): SandboxReply {
		const text = this.#imports.rejectFile(name);
		if (text === undefined) return { status: 404, body: 'Not found' };
		return { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, body: text };
	}

	#find({ email, ext_id: extId, id }: Identified): Contact | undefined {
		if (id !== undefined) return this.#contacts.byId(id);
		if (extId !== undefined) return this.#contacts.find('ext_id', extId);
		return email === undefined ? undefined : this.#contacts.find('email', email);
	}

	#edit(edit: PersonsEdit): object {
		const contact = this.#find(edit);
		if (!contact) throw new Error('There is no such contact');
		this.#author = '';
		if (edit.delete) {
			this.#contacts.remove(contact);
			return { deleted: true };
		}
		const wasBlacklisted = contact.emailBlacklisted;
		const result = this.#contacts.update(contact, {
			...(edit.attributes && { attributes: edit.attributes }),
			...(edit.newEmail !== undefined && { email: edit.newEmail }),
			...(edit.emailBlacklisted !== undefined && { emailBlacklisted: edit.emailBlacklisted }),
		});
		if (result.kind === 'duplicate' || result.kind === 'invalid')
			throw new Error(`Not changed: ${result.kind}`);
		// By hand it counts as the person's own unsubscription.
		if (edit.emailBlacklisted === true && !wasBlacklisted)
			this.#webhooks.fire({ kind: 'unsubscribed', contact }, '');
		return withExtId(contact);
	}

	readonly admin = {
		/** Counts. */
		state: (): object => ({
			organizationId: ORGANIZATION_ID,
			contacts: this.#contacts.size,
			lists: [...this.#lists.lists.values()].map(({ id, name }) => ({
				id,
				name,
				contacts: this.#contacts.members(id).size,
			})),
			imports: this.#imports.count,
			webhooks: this.#webhooks.count,
			mails: this.#mailbox.length,
		}),
		/** A page of contacts as GET shows them and with their ext_id, in order of creation. */
		contacts: ({
			limit = 1000,
			offset = 0,
		}: {
			limit?: number;
			offset?: number;
		}): Array<Record<string, unknown>> =>
			this.#contacts
				.all()
				.slice(offset, offset + limit)
				.map(withExtId),
		contact: (which: Identified): Record<string, unknown> => {
			const contact = this.#find(which);
			return contact ? { found: true, ...withExtId(contact) } : { found: false };
		},
		edit: (edit: PersonsEdit): object => this.#edit(edit),
		/** A person adds a contact in Brevo's own pages. */
		create: (contact: {
			email: string;
			attributes?: Readonly<Record<string, unknown>>;
		}): object => {
			this.#author = '';
			if (this.#contacts.find('email', contact.email)) throw new Error('The address is taken');
			return this.#contacts.upsert(contact, false);
		},
		mailbox: (): readonly Mail[] => this.#mailbox,
		addAttribute: (attribute: Attribute): object => {
			this.#attributes.add(attribute);
			return attribute;
		},
		removeAttribute: ({ name }: { name: string }): object => {
			this.#contacts.forgetAttribute(name);
			return { removed: this.#attributes.remove(name) };
		},
		language: ({ language }: { language: Language }): object => {
			this.#attributes.language(language);
			return { language };
		},
		setLimits: (settings: RateSettings): object => {
			this.#rates.set(settings);
			return settings;
		},
		importSpeed: (speed: ImportSpeed): object => {
			this.#imports.speed(speed);
			return speed;
		},
		key: ({ key, state }: { key: string; state: KeyState | 'deleted' }): object => {
			this.#keys.set(key, state);
			return { state };
		},
		webhookDeliveries: (): readonly object[] => this.#webhooks.deliveries,
	};
}

/** GET has the ext_id only among the attributes (Brevo OpenAPI, getContactDetails). */
const withExtId = (contact: Contact): Record<string, unknown> => ({
	...shown(contact),
	...(contact.ids.ext_id !== undefined && { ext_id: contact.ids.ext_id }),
});

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> | undefined {
	if (body.length === 0) return {};
	try {
		const value: unknown = JSON.parse(body.toString('utf8'));
		return typeof value === 'object' && value !== null
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}

export interface BrevoService extends Service {
	readonly name: 'brevo';
	readonly admin: Brevo['admin'];
}

/** A simulated Brevo account under /v3. */
export function createBrevo({ clock }: { readonly clock: SandboxClock }): BrevoService {
	const brevo = new Brevo(clock);
	return {
		name: 'brevo',
		serves: (path) => path.startsWith(PREFIX),
		handle: (request) => brevo.handle(request),
		bucket: (request) => brevo.bucket(request),
		admin: brevo.admin,
	};
}

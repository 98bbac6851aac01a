/** The attributes of the account and what their values may be. */

export interface Attribute {
	readonly name: string;
	readonly category: 'normal' | 'category' | 'transactional' | 'calculated' | 'global';
	readonly type?: string;
	readonly enumeration?: ReadonlyArray<{
		readonly value: number;
		readonly label: string;
		readonly valueStr?: string;
	}>;
	readonly multiCategoryOptions?: readonly string[];
}

export type Language = 'en' | 'fr' | 'de';

/** Names of first and last name depend on the language of the account (Brevo help 208729849). */
const NAMES: Record<Language, readonly [string, string]> = {
	en: ['FIRSTNAME', 'LASTNAME'],
	fr: ['PRENOM', 'NOM'],
	de: ['VORNAME', 'NACHNAME'],
};

const text = (name: string): Attribute => ({ name, category: 'normal', type: 'text' });

export class Attributes {
	readonly #byName = new Map<string, Attribute>();

	constructor() {
		this.language('en');
		for (const name of ['SMS', 'WHATSAPP', 'LANDLINE_NUMBER', 'COMPANY', 'JOB_TITLE', 'CITY'])
			this.add(text(name));
		this.add({ name: 'BIRTHDAY', category: 'normal', type: 'date' });
		this.add({ name: 'SCORE', category: 'normal', type: 'float' });
		this.add({ name: 'VIP', category: 'normal', type: 'boolean' });
		this.add({
			name: 'INTERESTS',
			category: 'normal',
			type: 'multiple-choice',
			multiCategoryOptions: ['Wine', 'Music'],
		});
		this.add({
			name: 'LEVEL',
			category: 'category',
			enumeration: [
				{ value: 1, label: 'Primary', valueStr: '1' },
				{ value: 2, label: 'Secondary', valueStr: '2' },
			],
		});
		this.add({ name: 'BLACKLIST', category: 'global', type: 'float' });
	}

	language(language: Language): void {
		for (const names of Object.values(NAMES)) for (const name of names) this.#byName.delete(name);
		for (const name of NAMES[language]) this.add(text(name));
	}

	add(attribute: Attribute): void {
		this.#byName.set(attribute.name, attribute);
	}

	remove(name: string): boolean {
		return this.#byName.delete(name);
	}

	get(name: string): Attribute | undefined {
		return this.#byName.get(name);
	}

	list(): Attribute[] {
		return [...this.#byName.values()];
	}

	/**
	 * The values that Brevo keeps. Unknown names and values of another type are ignored without a
	 * word (Brevo OpenAPI, createContact); `''` empties.
	 */
	accepted(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
		const kept: Record<string, unknown> = {};
		for (const [name, value] of Object.entries(values)) {
			const attribute = this.#byName.get(name.toUpperCase());
			if (attribute && (value === '' || takes(attribute, value)))
				kept[attribute.name] = stored(attribute, value);
		}
		return kept;
	}
}

/** A text that stands for a yes/no or a number, as a CSV cell does, is kept as what it stands for. */
function stored({ type }: Attribute, value: unknown): unknown {
	if (typeof value !== 'string' || value === '') return value;
	if (type === 'boolean') return value === 'true';
	return type === 'float' ? Number(value) : value;
}

type Check = (value: unknown, attribute: Attribute) => boolean;

const TAKES: Readonly<Record<string, Check>> = {
	text: (value) => typeof value === 'string' || typeof value === 'number',
	date: (value) => typeof value === 'string' && isDate(value),
	float: (value) =>
		typeof value === 'number' ||
		(typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))),
	boolean: (value) => typeof value === 'boolean' || value === 'true' || value === 'false',
	'multiple-choice': (value, { multiCategoryOptions = [] }) =>
		Array.isArray(value) && value.every((option) => multiCategoryOptions.includes(String(option))),
};

function takes(attribute: Attribute, value: unknown): boolean {
	if (attribute.category === 'category') {
		const options = attribute.enumeration ?? [];
		return options.some((option) => option.value === value || option.valueStr === String(value));
	}
	if (attribute.category !== 'normal') return false;
	return TAKES[attribute.type ?? 'text']?.(value, attribute) ?? false;
}

function isDate(value: string): boolean {
	const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
	return found !== null && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);
}

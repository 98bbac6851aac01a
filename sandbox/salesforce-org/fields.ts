import { FIELD_LINES } from './fieldLines.ts';
import type { ObjectName } from './ids.ts';

export interface Field {
	readonly name: string;
	readonly label: string;
	readonly type: string;
	readonly length: number;
	readonly nillable: boolean;
	readonly createable: boolean;
	readonly updateable: boolean;
	readonly defaultedOnCreate: boolean;
	readonly filterable: boolean;
	readonly restrictedPicklist: boolean;
	readonly calculated: boolean;
	readonly nameField: boolean;
	readonly idLookup: boolean;
	readonly compound?: string;
	readonly referenceTo: readonly string[];
	readonly picklist: readonly string[];
}

/** One line of the table; see `fieldLines.ts`. */
export function fieldOf(line: string): Field {
	const [name = '', label = '', type = '', length = '0', flags = '', ...more] = line.split('|');
	const part = (sign: string): string | undefined =>
		more.find((text) => text.startsWith(sign))?.slice(1);
	const compound = part('^');
	return {
		name,
		label,
		type,
		length: Number(length),
		nillable: flags.includes('n'),
		createable: flags.includes('c'),
		updateable: flags.includes('u'),
		defaultedOnCreate: flags.includes('d'),
		filterable: !flags.includes('x'),
		restrictedPicklist: flags.includes('r'),
		calculated: flags.includes('f'),
		nameField: flags.includes('N'),
		idLookup: flags.includes('I'),
		...(compound !== undefined && { compound }),
		referenceTo: part('>')?.split('/') ?? [],
		picklist: part('=')?.split(';') ?? [],
	};
}

/** What the organisation fills in when nothing is given. */
export const DEFAULTS: Record<ObjectName, Readonly<Record<string, string>>> = {
	Contact: {},
	Lead: { Status: 'Open - Not Contacted' },
	Account: {},
	Case: { Status: 'New', Priority: 'Medium' },
};

/** The fields of the organisation as its integration user sees them; an administrator may change them. */
export class Schema {
	readonly #fields: Record<ObjectName, Map<string, Field>>;
	readonly #hidden = new Set<string>();

	constructor() {
		const maps = Object.entries(FIELD_LINES).map(([object, lines]) => [
			object,
			new Map(lines.map((line) => fieldOf(line)).map((field) => [field.name.toLowerCase(), field])),
		]);
		this.#fields = Object.fromEntries(maps) as Record<ObjectName, Map<string, Field>>;
	}

	isObject(name: string): name is ObjectName {
		return Object.hasOwn(this.#fields, name);
	}

	/** The object of a URL, where names know no case: n8n's own node asks for /sobjects/contact. */
	object(name: string): ObjectName | undefined {
		const key = name.toLowerCase();
		return (Object.keys(this.#fields) as ObjectName[]).find((own) => own.toLowerCase() === key);
	}

	/** A visible field; names know no case. */
	field(object: ObjectName, name: string): Field | undefined {
		const key = name.toLowerCase();
		return this.#hidden.has(`${object}.${key}`) ? undefined : this.#fields[object].get(key);
	}

	visible(object: ObjectName): Field[] {
		return [...this.#fields[object].values()].filter(
			({ name }) => this.field(object, name) !== undefined,
		);
	}

	/** Field-level security. */
	hide(object: ObjectName, name: string, hidden = true): void {
		const key = `${object}.${name.toLowerCase()}`;
		if (hidden) this.#hidden.add(key);
		else this.#hidden.delete(key);
	}

	add(object: ObjectName, line: string): void {
		const field = fieldOf(line);
		this.#fields[object].set(field.name.toLowerCase(), field);
	}

	remove(object: ObjectName, name: string): void {
		this.#fields[object].delete(name.toLowerCase());
	}
}

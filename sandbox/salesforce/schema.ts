import { type Field, fieldOf, type FieldRow } from './fields/field.ts';
import { OBJECT_NAMES, type ObjectName, OBJECTS } from './objects.ts';

interface Fields {
	/** By lower-case name, in the order of describe. */
	readonly visible: Map<string, Field>;
	/** Taken away by field-level security; comes back where it was. */
	readonly hidden: Map<string, Field>;
}

/** Which fields the objects have for the integration's user. An administrator may change it. */
export class Schema {
	readonly #objects = new Map<ObjectName, Fields>(
		OBJECT_NAMES.map((name) => [
			name,
			{ visible: byLowerName(OBJECTS[name].fields.map(fieldOf)), hidden: new Map<string, Field>() },
		]),
	);

	fields(object: ObjectName): readonly Field[] {
		return [...this.#of(object).visible.values()];
	}

	/** Names are matched without regard to case. */
	field(object: ObjectName, name: string): Field | undefined {
		return this.#of(object).visible.get(name.toLowerCase());
	}

	/** The lookup field of a relationship, such as AccountId for Account. */
	relationship(object: ObjectName, name: string): Field | undefined {
		const wanted = name.toLowerCase();
		return this.fields(object).find(
			({ relationship, referenceTo }) =>
				referenceTo !== undefined && relationship?.toLowerCase() === wanted,
		);
	}

	/** Field-level security: the user does not see the field any more. */
	hide(object: ObjectName, name: string): void {
		const field = this.#take(object, name);
		this.#of(object).hidden.set(name.toLowerCase(), field);
	}

	show(object: ObjectName, name: string): void {
		const { visible, hidden } = this.#of(object);
		const field = hidden.get(name.toLowerCase());
		if (!field) throw new Error(`${object}.${name} is not hidden`);
		hidden.delete(name.toLowerCase());
		visible.set(name.toLowerCase(), field);
	}

	remove(object: ObjectName, name: string): void {
		this.#take(object, name);
	}

	add(object: ObjectName, row: FieldRow): void {
		const field = fieldOf(row);
		if (!field.custom) throw new Error('A field that is added has a name that ends with __c');
		if (this.field(object, field.name)) throw new Error(`${object} already has ${field.name}`);
		this.#of(object).visible.set(field.name.toLowerCase(), field);
	}

	#take(object: ObjectName, name: string): Field {
		const { visible } = this.#of(object);
		const field = visible.get(name.toLowerCase());
		if (!field) throw new Error(`${object} has no field ${name}`);
		visible.delete(name.toLowerCase());
		return field;
	}

	#of(object: ObjectName): Fields {
		// The map was made of all object names.
		return this.#objects.get(object) as Fields;
	}
}

const byLowerName = (fields: readonly Field[]): Map<string, Field> =>
	new Map(fields.map((field) => [field.name.toLowerCase(), field]));

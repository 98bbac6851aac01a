import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { Scene } from './scene.ts';

type Values = Record<string, unknown>;

/** One person of the sandbox's sample data, seen from both sides. */
export class Person {
	readonly id: string;
	readonly #scene: Scene;
	readonly #object: SalesforceObject;

	constructor(scene: Scene, lastName = 'Young', object: SalesforceObject = 'Contact') {
		this.#scene = scene;
		this.#object = object;
		const all = scene.sandbox.salesforce.admin.records({ object });
		this.id = String(all.find(({ LastName }) => LastName === lastName)?.['Id']);
	}

	/** As somebody does in Salesforce's pages. */
	edit(values: Values): void {
		this.#scene.sandbox.salesforce.admin.update({ object: this.#object, id: this.id, values });
	}

	/** As somebody does in Brevo's pages. */
	editInBrevo(edit: Values): void {
		this.#scene.sandbox.brevo.admin.edit({ ext_id: this.id, ...edit });
	}

	/** With `IsDeleted`; empty once it is gone for good. */
	get record(): Values {
		const { admin } = this.#scene.sandbox.salesforce;
		return admin.records({ object: this.#object, ids: [this.id] })[0] ?? {};
	}

	get inBrevo(): Values {
		return this.#scene.sandbox.brevo.admin.contact({ ext_id: this.id });
	}

	attribute(name: string): unknown {
		return (this.inBrevo['attributes'] as Values | undefined)?.[name];
	}
}

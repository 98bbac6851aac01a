import type { Locator, Page } from 'playwright-core';

/** For each thing that has to show; a busy machine is slow, not wrong. */
const PATIENCE_MS = 60_000;

/** What people do in n8n's editor, by what they see there. */
export class Hand {
	readonly #page: Page;

	constructor(page: Page) {
		this.#page = page;
		page.setDefaultTimeout(PATIENCE_MS);
	}

	at(testId: string): Locator {
		return this.#page.locator(`[data-test-id="${testId}"]`);
	}
	/** What the node of the open panel put out. */
	get output(): Locator {
		return this.at('output-panel');
	}
	get credential(): Locator {
		return this.at('credential-edit-dialog').last();
	}
	/** The plus behind the outputs that lead nowhere yet, from left to right and top to bottom. */
	plus(index = 0): Locator {
		return this.at('canvas-handle-plus').nth(index);
	}

	/** Adds a node from the creator by the entry that it offers there; its panel opens. */
	async add(name: string, entry: string, from: Locator): Promise<void> {
		await from.click();
		await this.at('node-creator-search-bar').fill(name);
		await this.at('item-iterator-item')
			.filter({ hasText: new RegExp(`^${name}`) })
			.first()
			.click();
		await this.#page.getByText(entry, { exact: true }).click();
		await this.at('ndv').waitFor();
	}

	/** Opens the panel of a node on the canvas. */
	async open(node: string): Promise<void> {
		await this.#page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`).dblclick();
		await this.at('ndv').waitFor();
	}

	async closePanel(): Promise<void> {
		await this.at('ndv-close-button').click();
		await this.at('ndv').waitFor({ state: 'hidden' });
	}

	/** Begins a credential from the panel of a node. */
	async connect(to: string, kind?: string): Promise<void> {
		await this.at('node-credentials-empty-state').filter({ hasText: to }).click();
		// The editor names it a moment later, and cannot save it before.
		await this.at('credential-name').waitFor();
		if (kind === undefined) return;
		await this.at('credential-mode-dropdown-trigger').click();
		await this.#page.getByRole('menuitem', { name: kind }).click();
	}

	/** Fills in a credential by its labels, and saves it; n8n then tests it. */
	async save(values: Readonly<Record<string, string>>): Promise<void> {
		for (const [label, value] of Object.entries(values)) {
			await this.credential
				.locator(
					'[data-test-id="credential-connection-parameter"], [data-test-id="parameter-item"]',
				)
				.filter({ hasText: label })
				.locator('input')
				.first()
				.fill(value);
		}
		await this.at('credential-save-button').click();
	}

	/** The editor closes the dialog of a credential that works. */
	async connected(): Promise<void> {
		await this.credential.waitFor({ state: 'hidden' });
	}

	/** That a parameter has no value yet, or a wrong one. */
	get complaint(): Locator {
		return this.at('parameter-issues');
	}

	async type(parameter: string, value: string): Promise<void> {
		await this.at(parameter).locator('input').fill(value);
	}

	async choose(parameter: string, option: string): Promise<void> {
		await this.at(parameter).click();
		await this.#page
			.locator('.el-select-dropdown__item:visible')
			.filter({ hasText: option })
			.first()
			.click();
	}

	/** Runs the node of the open panel until its output says so. */
	async execute(said: string): Promise<void> {
		await this.at('node-execute-button').click();
		await this.output.getByText(said).first().waitFor();
	}

	async publish(): Promise<void> {
		await this.at('workflow-open-publish-modal-button').click();
		await this.#page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
	}

	/** What the button for publishing says when n8n is done. */
	async published(): Promise<void> {
		await this.at('workflow-open-publish-modal-button').filter({ hasText: 'Published' }).waitFor();
	}

	/** The message of an error in a corner of the editor. */
	toast(title: string): Locator {
		return this.#page.locator('.el-notification').filter({ hasText: title });
	}
}

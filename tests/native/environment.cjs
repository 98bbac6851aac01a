// Large packages (n8n's own, kysely, the SOQL parser) are loaded by Node itself, once for each worker;
// Jest would load them anew for each test file, which took half of the time. A test file that has to
// change how they load says `@jest-environment-options {"anew": true}`.
const { rmSync } = require('node:fs');
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
	/**
	 * Removed after the last test of the file.
	 * @type {string[]}
	 */
	#folders = [];

	/**
	 * @param {import('@jest/environment').JestEnvironmentConfig} config
	 * @param {import('@jest/environment').EnvironmentContext} context
	 */
	constructor(config, context) {
		super(config, context);
		if (!config.projectConfig.testEnvironmentOptions.anew) {
			this.global.nodeRequire = require;
			// So that n8n-core takes the errors of nodes and credentials for errors.
			this.global.Error = Error;
		}
		this.global.temporaryFolders = this.#folders;
	}

	/** @override */
	async teardown() {
		for (const folder of this.#folders) {
			rmSync(folder, { recursive: true, force: true });
		}
		await super.teardown();
	}
};

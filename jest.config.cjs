// ES modules that are not published as CommonJS too; jest 30 loads CommonJS.
const esmOnly = ['kysely', 'd3-[a-z-]+', 'internmap'];

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: './tests/native/environment.cjs',
	moduleNameMapper: {
		'^(n8n-core|n8n-workflow|kysely|@jetstreamapp/soql-parser-js)$':
			'<rootDir>/tests/native/$1.cjs',
	},
	// A busy machine is slow, not wrong.
	testTimeout: 30_000,
	roots: ['<rootDir>/tests'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.(ts|js|mjs)$': [
			'@swc/jest',
			{
				jsc: {
					target: 'es2022',
					parser: { syntax: 'typescript', decorators: true },
					transform: { legacyDecorator: true, decoratorMetadata: true },
				},
				module: { type: 'commonjs' },
			},
		],
	},
	transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
};

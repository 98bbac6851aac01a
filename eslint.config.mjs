import communityNodes from '@n8n/eslint-plugin-community-nodes';
import importX from 'eslint-plugin-import-x';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/**
 * The walls of the design: which folder may import from which. Checked on the resolved file, for
 * import, require and import() alike.
 */
const WALLS = [
	{ target: './sync', from: ['./nodes', './credentials'], why: 'sync/ knows no n8n' },
	{ target: './sync', from: './sandbox', why: 'the sandbox is never shipped' },
	{ target: ['./nodes', './credentials'], from: './sandbox', why: 'the sandbox is never shipped' },
	{
		target: './sandbox',
		from: ['./sync', './nodes', './credentials'],
		why: 'the sandbox is a peer, not a mirror of our own code',
	},
	{
		target: ['./sync', './nodes', './credentials'],
		from: ['./tests', './demo', './bench', './n8n-host', './scripts'],
		why: 'what is shipped does not depend on tooling',
	},
];

const walls = {
	plugins: { 'import-x': importX },
	settings: { 'import-x/resolver-next': [importX.createNodeResolver()] },
	rules: {
		'import-x/no-restricted-paths': [
			'error',
			{ zones: WALLS.map(({ target, from, why }) => ({ target, from, message: why })) },
		],
	},
};

const types = {
	files: ['**/*.ts'],
	extends: [tseslint.configs.strictTypeChecked],
	languageOptions: { parserOptions: { projectService: true } },
	rules: {
		// Node 24 strips types without checking: a type imported as a value would fail at run time.
		'@typescript-eslint/consistent-type-imports': 'error',
		// Numbers and counts read well in messages as they are.
		'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
		// `noPropertyAccessFromIndexSignature` is off, so both ways of access are fine.
		'@typescript-eslint/dot-notation': 'off',
		// `async` without `await` turns a throw into a rejection, which an interface may promise.
		'@typescript-eslint/require-await': 'off',
		'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
	},
};

/** The door of the engine: values come from sync/index.ts, so that all nodes share one bundle. */
const engineDoor = {
	files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	rules: {
		'@typescript-eslint/no-restricted-imports': [
			'error',
			{
				patterns: [
					{
						regex: '/sync/(?!index\\.ts$)',
						allowTypeImports: true,
						message: 'Take values of the engine from sync/index.ts.',
					},
				],
			},
		],
	},
};

const engine = {
	files: ['sync/**/*.ts'],
	rules: {
		'@typescript-eslint/no-restricted-imports': [
			'error',
			{
				patterns: [
					{
						regex: '^n8n-',
						message: 'sync/ knows no n8n; what it needs comes in through sync/host.ts.',
					},
				],
			},
		],
	},
};

const { recommendedWithoutN8nCloudSupport } = communityNodes.configs;
const n8nPlugins = {
	...recommendedWithoutN8nCloudSupport.plugins,
	'n8n-nodes-base': n8nNodesBase,
};

const nodes = {
	files: ['nodes/**/*.ts'],
	plugins: n8nPlugins,
	rules: {
		...recommendedWithoutN8nCloudSupport.rules,
		...n8nNodesBase.configs.nodes.rules,
		// The rules below contradict n8n's own current rules; its node-cli switches them off as well.
		'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
		'n8n-nodes-base/node-class-description-inputs-wrong-trigger-node': 'off',
		'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
		// Throws when an entry of `credentials` is a constant and not written out in place; the
		// community plugin's valid-credential-references checks the names.
		'n8n-nodes-base/node-class-description-credentials-name-unsuffixed': 'off',
		// Wants the description written out inside the class; ours stands in description.ts. The build
		// checks that every icon exists (scripts/bundle.mjs).
		'@n8n/community-nodes/icon-validation': 'off',
		// The operation is called Upsert to List, because it also adds to a list.
		'n8n-nodes-base/node-param-option-name-wrong-for-upsert': 'off',
		'n8n-nodes-base/node-param-description-wrong-for-upsert': 'off',
		// Our resource is itself called List; the rule asks for "Lists many lists".
		'n8n-nodes-base/node-param-operation-option-description-wrong-for-get-many': 'off',
	},
};

/** A description outside the class is no node file. */
const descriptions = {
	files: ['nodes/**/*.ts'],
	ignores: ['nodes/**/*.node.ts'],
	rules: { 'n8n-nodes-base/node-filename-against-convention': 'off' },
};

const credentials = {
	files: ['credentials/**/*.ts'],
	plugins: n8nPlugins,
	rules: {
		...recommendedWithoutN8nCloudSupport.rules,
		...n8nNodesBase.configs.credentials.rules,
		// Asks for a slug of n8n's own documentation; ours is a URL of this repository.
		'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
	},
};

/** Which rules of n8n look at package.json: both plugins check it as JavaScript source. */
const packageJson = {
	files: ['package.json'],
	plugins: n8nPlugins,
	languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
	rules: {
		...recommendedWithoutN8nCloudSupport.rules,
		...n8nNodesBase.configs.community.rules,
	},
};

const tests = {
	files: ['tests/**/*.ts'],
	rules: {
		// jest's `expect(mock.method)` is the usual way to look at a mock.
		'@typescript-eslint/unbound-method': 'off',
		// jest types its matchers (`expect.any(Number)`) and n8n its HTTP answers as any.
		'@typescript-eslint/no-unsafe-assignment': 'off',
	},
};

export default tseslint.config(
	{ ignores: ['dist/', 'build/', 'coverage/', 'node_modules/', 'package-lock.json'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{ files: ['**/*.{ts,mjs,cjs}'], extends: [walls] },
	types,
	engine,
	nodes,
	descriptions,
	credentials,
	engineDoor,
	packageJson,
	tests,
);

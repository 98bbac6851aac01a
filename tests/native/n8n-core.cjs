module.exports =
	globalThis.nodeRequire?.('./load-n8n-core.cjs') ?? require('../../node_modules/n8n-core');

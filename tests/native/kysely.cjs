module.exports = globalThis.nodeRequire?.('kysely') ?? require('../../node_modules/kysely');

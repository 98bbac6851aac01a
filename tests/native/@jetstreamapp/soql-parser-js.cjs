module.exports =
	globalThis.nodeRequire?.('@jetstreamapp/soql-parser-js') ??
	require('../../../node_modules/@jetstreamapp/soql-parser-js');

// Loads all nodes and credentials of an unpacked package as n8n does, in a fresh process, and prints
// what that took. n8n itself has n8n-workflow loaded already. Plain CommonJS.
const path = require('node:path');

const folder = process.argv[2] ?? '';
const { n8n } = require(path.join(folder, 'package.json'));
require('n8n-workflow');
const gc = globalThis.gc ?? (() => undefined);

gc();
const before = process.memoryUsage();
const startedAt = performance.now();
for (const file of [...n8n.nodes, ...n8n.credentials]) {
	for (const Type of Object.values(require(path.join(folder, file)))) new Type();
}
const milliseconds = performance.now() - startedAt;
gc();
const after = process.memoryUsage();
console.log(
	JSON.stringify({
		milliseconds,
		heapMb: (after.heapUsed - before.heapUsed) / 1e6,
		residentMb: (after.rss - before.rss) / 1e6,
	}),
);

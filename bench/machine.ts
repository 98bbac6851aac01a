import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Machine {
	readonly cpu: string;
	readonly cores: number;
	readonly memoryGb: number;
	readonly node: string;
	readonly n8n: string;
	/** Version of this package. */
	readonly package: string;
}

/** Where the numbers come from. */
export function machine(hostDir: string, root: string): Machine {
	const version = (folder: string): string =>
		(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string })
			.version;
	return {
		cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
		cores: os.cpus().length,
		memoryGb: Math.round(os.totalmem() / 2 ** 30),
		node: process.versions.node,
		n8n: version(path.join(hostDir, 'node_modules', 'n8n')),
		package: version(root),
	};
}

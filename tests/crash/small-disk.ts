import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file system of its own in memory, so small that it fills up. */
export interface SmallDisk {
	readonly folder: string;
	/** Makes room. */
	grow(size: string): void;
	remove(): void;
}

/** Size as `mount` takes it, e.g. "1m"; undefined where we may not mount. */
export function smallDisk(size: string): SmallDisk | undefined {
	const folder = mkdtempSync(path.join(tmpdir(), 'small-disk-'));
	const mount = (options: string): unknown =>
		execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'small-disk', folder], {
			stdio: 'ignore',
		});
	try {
		mount(`size=${size}`);
	} catch {
		rmSync(folder, { recursive: true });
		return undefined;
	}
	return {
		folder,
		grow: (more) => void mount(`remount,size=${more}`),
		remove: () => {
			execFileSync('umount', [folder]);
			rmSync(folder, { recursive: true });
		},
	};
}

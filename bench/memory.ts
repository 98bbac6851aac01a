import { readFileSync } from 'node:fs';

const EVERY_MS = 100;
const PAGE_BYTES = 4096;
const MEGABYTE = 1_000_000;

/** Resident memory of a process and all that it has started, MB; undefined where there is no /proc. */
export function residentMb(pid: number): number | undefined {
	let pages = 0;
	let known = false;
	for (const each of [pid, ...descendants(pid)]) {
		const resident = Number(read(`/proc/${each}/statm`)?.split(' ')[1]);
		if (!Number.isFinite(resident)) continue;
		known = true;
		pages += resident;
	}
	return known ? (pages * PAGE_BYTES) / MEGABYTE : undefined;
}

function descendants(pid: number): number[] {
	const children = (read(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean);
	return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
}

function read(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		// The process has ended, or this is no Linux.
		return undefined;
	}
}

export interface MemoryWatch {
	/** Ends it. Highest above where it began, MB. */
	stop(): number | undefined;
}

/** Looks at the memory of a process ten times a second. */
export function watchMemory(pid: number): MemoryWatch {
	const idle = residentMb(pid);
	let peak = idle;
	const timer = setInterval(() => {
		const now = residentMb(pid);
		if (now !== undefined && peak !== undefined) peak = Math.max(peak, now);
	}, EVERY_MS);
	return {
		stop: () => {
			clearInterval(timer);
			return idle === undefined || peak === undefined ? undefined : peak - idle;
		},
	};
}

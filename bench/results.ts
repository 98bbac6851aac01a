import type { Machine } from './machine.ts';

/** What a measurement found, ready for a terminal and for a page. */
export interface Section {
	readonly title: string;
	/** ISO 8601. */
	readonly measuredAt: string;
	readonly tables: readonly Table[];
	readonly targets: readonly Target[];
	/** What a reader must know to judge the numbers: what was scaled, what was left out. */
	readonly notes: readonly string[];
}

export interface Table {
	readonly columns: readonly string[];
	readonly rows: ReadonlyArray<readonly Cell[]>;
}

/** null: not measured. */
export type Cell = string | number | null;

export interface Target {
	readonly what: string;
	readonly goal: string;
	/** null: not measured in this run. */
	readonly found: string | null;
	readonly reached: boolean | null;
	/** Where it was missed: what the profile says, and what is tried next. */
	readonly why?: string;
}

export interface Results {
	readonly machine: Machine;
	/** By the name that `--only` takes. */
	readonly sections: Readonly<Record<string, Section>>;
}

/** What every measurement has to work with. */
export interface Bench {
	/** Folder of the real n8n. */
	readonly hostDir: string;
	readonly packageTarball: string;
	/** Contacts of the imports. */
	readonly sizes: readonly number[];
	/** Measure also what takes half an hour and more. */
	readonly full: boolean;
	readonly say: (line: string) => void;
}

/** Adds why to a target that was missed. */
export const explained = (one: Target, why: string): Target =>
	one.reached === false ? { ...one, why } : one;

/** A target with a number to reach: `found` is at most, or at least, `goal`. */
export function target(
	what: string,
	rule: 'at most' | 'at least',
	goal: number,
	found: number | null,
	unit = '',
): Target {
	const text = (value: number): string => `${figure(value)}${unit}`;
	return {
		what,
		goal: `${rule} ${text(goal)}`,
		found: found === null ? null : text(found),
		reached: found === null ? null : rule === 'at most' ? found <= goal : found >= goal,
	};
}

/** 12,345 or 1.2 or 0.00045: as many digits as one reads. */
export function figure(value: number): string {
	const size = Math.abs(value);
	if (size < 1) return value.toLocaleString('en-US', { maximumSignificantDigits: 2 });
	return value.toLocaleString('en-US', { maximumFractionDigits: size >= 100 ? 0 : 1 });
}

export const shown = (cell: Cell): string =>
	cell === null ? '–' : typeof cell === 'number' ? figure(cell) : cell;

/** The value below which `share` of the values lie; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null;
}

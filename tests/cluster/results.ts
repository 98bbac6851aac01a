import type { Machine } from '../../bench/machine.ts';
import type { Throughput } from './throughput.ts';

export interface Played {
	readonly name: string;
	/** Broken promises, in words. */
	readonly broken: readonly string[];
	readonly seconds: number;
}

/** What `npm run test:cluster` found, by part; times are ISO 8601. */
export interface ClusterResults {
	readonly machine: Machine;
	readonly promises: { readonly measuredAt: string; readonly played: readonly Played[] };
	readonly throughput: { readonly measuredAt: string; readonly measured: readonly Throughput[] };
}

import type { Machine } from '../../bench/machine.ts';
import type { PointPassed } from './play-points.ts';
import type { Ending } from './scenes.ts';
import type { TroubleOver } from './troubles.ts';

/** What `npm run test:crash` found, by part; times are ISO 8601. */
export interface CrashResults {
	readonly machine: Machine;
	readonly chance: {
		readonly measuredAt: string;
		readonly seed: number;
		readonly scenes: readonly Ending[];
	};
	readonly points: { readonly measuredAt: string; readonly passed: readonly PointPassed[] };
	readonly troubles: { readonly measuredAt: string; readonly over: readonly TroubleOver[] };
}

import type { Call, Interference } from '../both-ways/interference.ts';
import type { World } from '../both-ways/world.ts';
import type { Ledger, Reservation, TaskKey } from '../../sync/ledger/ledger.ts';
import { taskKey } from '../../sync/quota/task-key.ts';
import { writtenIds } from './written-ids.ts';

/*
 * Looks on while the engine works: some of what is promised must hold at every moment, not only at
 * rest. It stands behind the faults, so it sees what really reached the services and the ledger.
 */

export interface Watched {
	readonly world: World;
	/** Names of all integrations of the account. */
	readonly integrations: readonly string[];
	/** The ledger itself: looking into it is no call of the engine. */
	readonly ledger: Ledger;
	/** Contact values, none of which may reach the ledger. */
	readonly values: RegExp;
	/** Two rounds run at once: one may settle or open anew what the other still works on. */
	readonly overlaps: () => boolean;
}

/** What was seen that must not be; `interference` is to be put behind everything else. */
export function witness(watched: Watched): {
	readonly interference: Interference;
	readonly broken: readonly string[];
} {
	const { world, ledger, values } = watched;
	let overlaps = false;
	const broken: string[] = [];
	const tasks = new Set<string>();
	const check = (isSo: boolean, words: string): void => {
		if (!isSo && !broken.includes(words)) broken.push(words);
	};

	const before = async (call: Call): Promise<void> => {
		const { to, what, given } = call;
		if (to === 'brevo' || to === 'salesforce') {
			for (const key of keysOf(watched, call))
				check(tasks.has(key), `I3: ${what} without a task for it`);
			return;
		}
		check(!values.test(JSON.stringify(given)), `I8: a value reached the ledger (${to}.${what})`);
		if (to !== 'pages' || (what !== 'acknowledge' && what !== 'advance')) return;
		const { stamp, page } = positionOf(given);
		check(
			stamp === undefined || Date.parse(stamp) <= world.clock.now(),
			`I4: a cursor went beyond Salesforce’s clock`,
		);
		const open = page === undefined ? undefined : pages.get(page);
		if (page === undefined || !open || overlaps) return;
		const ended = await ledger.pages.outcomes(page);
		const missing = open.filter((id) => !ended.has(id));
		check(missing.length === 0, `I4: a page was acknowledged before all its records had ended`);
	};
	/** Records of each page. */
	const pages = new Map<string, readonly string[]>();

	const after = ({ to, what, given }: Call, result: unknown): void => {
		if (to === 'pages' && what === 'open')
			pages.set((result as { readonly id: string }).id, given[2] as readonly string[]);
		if (to !== 'quota' && to !== 'links') return;
		if (what === 'reserve') {
			const { granted, used, limit } = result as Reservation;
			for (const key of granted) tasks.add(key);
			const isOver = granted.size > 0 && used > limit && !overlaps;
			check(!isOver, `I3: ${used} tasks were used, the limit is ${limit}`);
		}
		if (overlaps) return;
		for (const { key } of settledTasks(what, given)) tasks.delete(key);
	};

	const interference: Interference = async (call, serve) => {
		overlaps ||= watched.overlaps();
		await before(call);
		const result = await serve();
		after(call, result);
		return result;
	};
	return { interference, broken };
}

/** Keys of the tasks that a write to one of the services spends; one of them must be there. */
function keysOf({ integrations }: Watched, call: Call): string[] {
	const isBack = call.to === 'salesforce';
	return writtenIds(call).map((id) => {
		const keys = integrations.map((integration) =>
			taskKey(isBack ? { integration: '', backOf: integration, id } : { integration, id }),
		);
		return keys[id.startsWith('00Q') ? 1 : 0] ?? '';
	});
}

function positionOf(given: readonly unknown[]): {
	readonly stamp?: string;
	readonly page?: string;
} {
	type Acknowledgement = { readonly page?: string; readonly watermark?: Position };
	type Position = { readonly systemModstamp?: string };
	const [first, second] = given as [string | Acknowledgement, Position | undefined];
	if (typeof first === 'string')
		return second?.systemModstamp === undefined ? {} : { stamp: second.systemModstamp };
	const { page, watermark } = first;
	return {
		...(page !== undefined && { page }),
		...(watermark?.systemModstamp !== undefined && { stamp: watermark.systemModstamp }),
	};
}

/** Tasks that are spent or given back with this call. */
function settledTasks(what: string, [first]: readonly unknown[]): readonly TaskKey[] {
	switch (what) {
		case 'release':
		case 'spend':
			return first as readonly TaskKey[];
		case 'written':
			return (first as ReadonlyArray<{ readonly task?: TaskKey }>).flatMap(
				({ task }) => task ?? [],
			);
		default:
			return [];
	}
}

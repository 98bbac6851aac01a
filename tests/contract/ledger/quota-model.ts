import type { Notice, TaskRequest } from '../../../sync/ledger/ledger.ts';

interface Held {
	readonly hash: string;
	readonly period: string;
	released: boolean;
}

/** The quota as one would keep it on paper: what QuotaStore promises, without a database. */
export class QuotaModel {
	readonly used = new Map<string, number>();
	readonly #held = new Map<string, Held>();
	readonly #given = new Set<string>();

	reserve(
		period: string,
		{ limit, lane, warnAt }: { limit: number; lane: number; warnAt: number },
		requests: readonly TaskRequest[],
	) {
		let used = this.used.get(period) ?? 0;
		const granted = new Set<string>();
		const notices: Notice[] = [];
		for (const { key, hash, reserved } of requests) {
			const held = this.#held.get(key);
			const takenUp = held?.hash === hash && !held.released;
			if (!takenUp && used >= (reserved ? limit : limit - lane)) continue;
			granted.add(key);
			if (takenUp) continue;
			used++;
			this.#held.set(key, { hash, period, released: false });
		}
		this.used.set(period, used);
		if (used >= warnAt && this.#first(`${period} warning`)) notices.push('warning');
		if (used >= limit - lane && this.#first(`${period} exhausted`)) notices.push('exhausted');
		return { granted: [...granted].sort(), used, notices };
	}

	release(keys: readonly string[]): void {
		for (const key of keys) {
			const held = this.#held.get(key);
			if (!held || held.released) continue;
			held.released = true;
			this.#add(held.period, -1);
		}
	}

	spend(keys: readonly string[]): void {
		for (const key of keys) {
			const held = this.#held.get(key);
			if (held?.released) this.#add(held.period, 1);
			this.#held.delete(key);
		}
	}

	#add(period: string, tasks: number): void {
		this.used.set(period, (this.used.get(period) ?? 0) + tasks);
	}

	#first(notice: string): boolean {
		if (this.#given.has(notice)) return false;
		this.#given.add(notice);
		return true;
	}
}

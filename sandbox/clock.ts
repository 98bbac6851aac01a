import type { SandboxClock } from './service.ts';

interface Appointment {
	readonly at: number;
	readonly work: () => void;
}

/** Real time plus an offset that tests move. */
export class MovableClock implements SandboxClock {
	#offset: number;
	#appointments: Appointment[] = [];
	#timer: NodeJS.Timeout | undefined;

	/** @param skewMs how far this clock is ahead of the machine's, milliseconds */
	constructor(skewMs = 0) {
		this.#offset = skewMs;
	}

	now(): number {
		return Date.now() + this.#offset;
	}

	after(milliseconds: number, work: () => void): void {
		const at = this.now() + milliseconds;
		const place = this.#placeOf(at);
		this.#appointments.splice(place, 0, { at, work });
		if (place === 0) this.#arm();
	}

	advance(milliseconds: number): void {
		this.#offset += milliseconds;
		this.#keep();
	}

	set(epochMs: number): void {
		this.#offset = epochMs - Date.now();
		this.#keep();
	}

	/** Forgets all appointments. */
	stop(): void {
		this.#appointments = [];
		this.#arm();
	}

	/** Behind everything that is due then or before. */
	#placeOf(at: number): number {
		let low = 0;
		let high = this.#appointments.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#appointments[middle]?.at ?? 0) <= at) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** Does what is due; what that work asks for in turn is done too when it is due already. */
	#keep(): void {
		for (;;) {
			const [next] = this.#appointments;
			if (!next || next.at > this.now()) break;
			this.#appointments.shift();
			next.work();
		}
		this.#arm();
	}

	#arm(): void {
		clearTimeout(this.#timer);
		const [next] = this.#appointments;
		if (!next) return;
		this.#timer = setTimeout(() => this.#keep(), Math.max(0, next.at - this.now()));
		this.#timer.unref();
	}
}

/*
 * How long changes take is kept as counts by step, not as single times: a day costs a few rows however
 * many records it brings, and shares over any stretch of days come out to within a step.
 */

/** Upper ends of the steps, seconds; what takes longer than the last counts there. */
export const DELAY_STEPS: readonly number[] = [
	1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1_200, 1_800, 2_700,
	3_600, 5_400, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800, 1_209_600,
	2_592_000,
];

/** The step that a delay belongs to, by its upper end in seconds. A negative one is none: clocks differ. */
export function delayStep(milliseconds: number): number {
	const seconds = milliseconds / 1000;
	return DELAY_STEPS.find((step) => seconds <= step) ?? DELAY_STEPS.at(-1) ?? 0;
}

export interface DelayCount {
	readonly seconds: number;
	readonly records: number;
}

/**
 * The time within which this share (0 to 1) of the records arrived, in seconds: inside its step by
 * proportion. Undefined without records.
 */
export function delayQuantile(counts: readonly DelayCount[], share: number): number | undefined {
	const total = counts.reduce((sum, { records }) => sum + records, 0);
	if (total === 0) return undefined;
	const wanted = share * total;
	let before = 0;
	for (const step of DELAY_STEPS) {
		const inStep = counts
			.filter(({ seconds }) => seconds === step)
			.reduce((sum, { records }) => sum + records, 0);
		if (inStep > 0 && before + inStep >= wanted) {
			const lower = DELAY_STEPS[DELAY_STEPS.indexOf(step) - 1] ?? 0;
			return lower + ((step - lower) * Math.max(0, wanted - before)) / inStep;
		}
		before += inStep;
	}
	return DELAY_STEPS.at(-1);
}

/** Every record that a page brings ends in exactly one of these (promise I7). */
export const OUTCOMES = ['written', 'unchanged', 'excluded', 'rejected', 'deferred'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type OutcomeCounts = Record<Outcome, number>;

export const noOutcomes = (): OutcomeCounts => ({
	written: 0,
	unchanged: 0,
	excluded: 0,
	rejected: 0,
	deferred: 0,
});

/** As items carry moments: ISO 8601, UTC; absent stays absent. */
export const iso = (at: number): string => new Date(at).toISOString();

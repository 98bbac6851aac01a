/**
 * Whether a value out of JSON is nested no deeper than so many levels. JSON.parse takes any depth;
 * what works on the value later (JSON.stringify, a copy, n8n itself) runs out of stack.
 */
export function isShallow(value: unknown, levels: number): boolean {
	if (typeof value !== 'object' || value === null) return true;
	if (levels === 0) return false;
	return Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

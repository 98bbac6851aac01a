/** About 20 ms of work. */
const SLICE = 2000;

/**
 * Works through many items without holding up other requests: the first slice at once, each further
 * one after what has come in meanwhile. `done` is called in the turn of the last item.
 */
export function inSlices<T>(
	items: Iterator<T>,
	work: (item: T) => void,
	done: () => void,
	size = SLICE,
): void {
	for (let count = 0; count < size; count += 1) {
		const next = items.next();
		if (next.done) {
			done();
			return;
		}
		work(next.value);
	}
	setImmediate(() => inSlices(items, work, done, size));
}

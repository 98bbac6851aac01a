/** About 20 ms of work. */
const SLICE = 2000;

/**
 * Works through many items without holding up other requests: the first slice at once, each further
 * one after what has come in meanwhile. `done` is called in the turn of the last item, or with the
 * error of `items`, which ends the work.
 */
export function inSlices<T>(
	items: Iterator<T, undefined>,
	work: (item: T) => void,
	done: (error?: Error) => void,
): void {
	for (let count = 0; count < SLICE; count += 1) {
		const next = nextOf(items);
		if (next instanceof Error) {
			done(next);
			return;
		}
		if (next.done) {
			done();
			return;
		}
		work(next.value);
	}
	setImmediate(() => inSlices(items, work, done));
}

function nextOf<T>(items: Iterator<T, undefined>): IteratorResult<T, undefined> | Error {
	try {
		return items.next();
	} catch (error) {
		return error as Error;
	}
}

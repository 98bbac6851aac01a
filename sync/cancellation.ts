/**
 * The promise's result, or the signal's reason as soon as it aborts. The work behind the promise
 * is not undone: a request that is under way may still be carried out by the server.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
	if (signal === undefined) return promise;
	// Nobody waits for it any more; should it fail, that is nobody's concern either.
	promise.catch(() => undefined);
	signal.throwIfAborted();
	let stop: (() => void) | undefined;
	const aborted = new Promise<never>((_, reject) => {
		stop = () => {
			const reason: unknown = signal.reason;
			reject(reason instanceof Error ? reason : new DOMException('Cancelled', 'AbortError'));
		};
		signal.addEventListener('abort', stop, { once: true });
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		if (stop !== undefined) signal.removeEventListener('abort', stop);
	}
}

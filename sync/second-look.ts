export interface SecondLook<V> {
	/** What was read lately; undefined when nothing was. */
	readonly known: V | undefined;
	/** Reads it as it is now. */
	readonly read: () => Promise<V>;
	/** Whether an error may come from what was known being out of date. */
	readonly isInDoubt: (error: unknown) => boolean;
}

/**
 * Runs `work` with what is known and, when that fails because it may be out of date, once more with
 * what is read anew. `work` must be safe to repeat.
 */
export async function withSecondLook<V, T>(
	{ known, read, isInDoubt }: SecondLook<V>,
	work: (value: V) => Promise<T>,
): Promise<T> {
	if (known !== undefined) {
		try {
			return await work(known);
		} catch (error) {
			if (!isInDoubt(error)) throw error;
		}
	}
	return await work(await read());
}

/** What a user sees of an error: its message, and its description with what to do. */
export interface Told {
	readonly message: string;
	readonly description: string;
}

export const told = (error: unknown): Told => {
	const { message, description } = (error ?? {}) as Partial<Record<keyof Told, unknown>>;
	return { message: String(message), description: String(description) };
};

/** The error of work that must not succeed. */
export async function refusal(work: Promise<unknown>): Promise<Told> {
	try {
		await work;
	} catch (error) {
		return told(error);
	}
	throw new Error('This was not refused');
}

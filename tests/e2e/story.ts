/**
 * Tests of which each goes on where the one before stopped. After the first that fails the others
 * only say so: what they would meet says nothing about them.
 */
export function story(
	atFailure: () => Promise<void>,
): (name: string, does: () => Promise<void>) => void {
	let stoppedAt = '';
	return (name, does) => {
		test(name, async () => {
			if (stoppedAt !== '') throw told(`The story stopped before, at: ${stoppedAt}`);
			stoppedAt = name;
			try {
				await does();
				stoppedAt = '';
			} catch (error) {
				await atFailure().catch(() => undefined);
				throw error;
			}
		});
	};
}

/** An error whose place says nothing. */
const told = (message: string): Error => Object.assign(new Error(message), { stack: message });

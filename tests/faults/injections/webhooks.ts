import type { Call } from '../../both-ways/interference.ts';
import type { Fault } from '../playing.ts';
import { meets, MINUTE_MS } from './meeting.ts';

const readsHints = ({ to, what }: Call): boolean => to === 'hints' && what === 'pending';

export const twice: Fault = {
	inject: (playing) => {
		const { world, ids } = playing;
		return meets(
			playing,
			readsHints,
			async (_, serve) => {
				await world.ledger.hints.note(world.stream, ids.slice(0, 6));
				return await serve();
			},
			{ times: 4 },
		);
	},
	after: async ({ world, ids }) => {
		world.clock.advance(12 * 60 * MINUTE_MS);
		await world.ledger.hints.note(world.stream, ids.slice(0, 6));
	},
};

export const anyOrder: Fault = {
	inject: (playing) => {
		const { world, random } = playing;
		const shuffled = [...playing.ids, ...playing.ids]
			.map((id) => ({ id, place: random() }))
			.sort((a, b) => a.place - b.place);
		return meets(playing, readsHints, async (_, serve) => {
			for (const { id } of shuffled.splice(0, 3)) await world.ledger.hints.note(world.stream, [id]);
			return await serve();
		});
	},
};

export const lost: Fault = {
	inject: (playing) =>
		meets(playing, readsHints, async () => {
			await Promise.resolve();
			return [] as never;
		}),
};

/** The other side's view of our own write comes at once. */
export const echoes: Fault = {
	inject: (playing) => {
		const { world, ids } = playing;
		return meets(
			playing,
			({ to, what }) => to === 'links' && what === 'written',
			async (_, serve) => {
				const served = await serve();
				await world.ledger.hints.note(world.stream, ids.slice(0, 8));
				return served;
			},
		);
	},
	holds: async (_, { world, broken }) => {
		const { writes } = world;
		world.interference = undefined;
		await world.back(true);
		const echoed = world.writes - writes;
		// What people have edited in Brevo is written once; it was by then.
		return broken.length === 0 && echoed > 0 ? [`Row 25: ${echoed} writes came back`] : [];
	},
};

import type { CapturedObject } from './changeFeed.ts';
import type { Streaming } from './streaming.ts';

/** 18 zeros in effect: GAP_OVERFLOW names no record. */
const NO_RECORD = '000000000000000AAA';

interface Gap {
	readonly object: CapturedObject;
	/** GAP_CREATE, GAP_UPDATE, GAP_DELETE, GAP_UNDELETE or GAP_OVERFLOW. */
	readonly changeType: string;
	readonly ids?: readonly string[];
}

/** What administrators and mishaps do to change events. */
export const streamingAdministration = (streaming: Streaming) => ({
	/** Setup > Change Data Capture; all are selected at the start. */
	captureChanges: ({ object, on }: { object: CapturedObject; on: boolean }): object => {
		streaming.feed.select(object, on);
		return { object, on };
	},
	emitGap: ({ object, changeType, ids = [NO_RECORD] }: Gap): object => {
		streaming.feed.gap(object, changeType, ids);
		return { object, changeType, ids };
	},
	/** The next so many events never come into being. */
	loseEvents: ({ events }: { events: number }): object => {
		streaming.feed.lose(events);
		return { events };
	},
	dropClients: ((): object => {
		streaming.dropClients();
		return {};
	}) as (input: object) => object,
	/** `pollMs`: how long a long poll lasts; `refusal`: the error that answers each of them. */
	streaming: (behaviour: { pollMs?: number; refusal?: string }): object => {
		streaming.behave(behaviour);
		return streaming.state;
	},
});

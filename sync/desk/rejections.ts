import type { Integration, Ledger, Rejection } from '../ledger/ledger.ts';
import { ofEitherKind } from '../identity.ts';
import { reasonInWords } from './words.ts';

/** A record on the rejected list, in words for people. */
export interface RejectionInWords extends Rejection {
	/** What happened. */
	readonly reason: string;
	/** What to do. */
	readonly remedy: string;
	/** The record that owns what this one wants: its address or its number. */
	readonly owner?: string;
}

export interface WhichRejections {
	/** Id from the limits table. */
	readonly limit?: string;
	/** Rejected at this time or later, milliseconds since the epoch. */
	readonly since?: number;
	readonly most: number;
}

const PART = 1_000;

/** Rejected records of a stream with reason and remedy, in the order of their ids. */
export async function rejectionsOf(
	ledger: Ledger,
	stream: Integration,
	{ most, ...which }: WhichRejections,
): Promise<RejectionInWords[]> {
	const found: RejectionInWords[] = [];
	let after: string | undefined;
	while (found.length < most) {
		const part = await ledger.pages.rejections(stream.name, {
			...which,
			most: Math.min(PART, most - found.length),
			...(after !== undefined && { after }),
		});
		const owners = await ownersOf(ledger, stream, part);
		found.push(...part.map((one) => withReason(stream, one, owners.get(one.recordId))));
		after = part.at(-1)?.recordId;
		if (after === undefined) break;
	}
	return found;
}

function withReason(
	{ backOf }: Integration,
	rejection: Rejection,
	owner: string | undefined,
): RejectionInWords {
	const { limit, field, shape } = rejection;
	const details = { shape, names: owner, ...(field && { field, attribute: field }) };
	const { message, remedy } = reasonInWords(limit, details, backOf !== undefined);
	return { ...rejection, reason: message, remedy, ...(owner !== undefined && { owner }) };
}

/** Who owns what these records wait for, by their ids. */
async function ownersOf(
	ledger: Ledger,
	{ name, brevoAccount }: Integration,
	rejections: readonly Rejection[],
): Promise<ReadonlyMap<string, string>> {
	const ids = rejections.map(({ recordId }) => recordId);
	const wanted = await ledger.pages.waitingFor(name, ids);
	if (brevoAccount === undefined || wanted.size === 0) return new Map();
	const links = await ledger.links.owners(brevoAccount, [...wanted.values()].map(ofEitherKind));
	return new Map(
		[...wanted].flatMap(([id, hash]) => {
			const owner = links.get(hash)?.recordId;
			return owner === undefined || owner === id ? [] : [[id, owner] as const];
		}),
	);
}

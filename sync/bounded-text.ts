import { addAbortSignal, type Readable } from 'node:stream';
import { NoAnswerError } from './host.ts';

/**
 * Bytes of the largest answer that is read. A page of 10,000 records with 6 kB each still fits; who
 * sends more is broken or hostile, and would fill the memory of n8n.
 */
export const LARGEST_ANSWER = 64 * 1024 * 1024;

/** More came than can be an answer to what was asked; whether the server acted is unknown. */
export class TooLargeError extends NoAnswerError {
	override readonly name = 'TooLargeError';

	constructor(mostBytes: number) {
		super(`The answer is larger than ${mostBytes} bytes`);
	}
}

export interface Bounds {
	/** Bytes, after unpacking. */
	readonly mostBytes: number;
	/** Milliseconds from now until the last byte must have come. */
	readonly timeoutMs: number;
}

/**
 * The UTF-8 text of a body that is still coming in. Lets go of the stream and rejects with
 * TooLargeError as soon as it has more bytes than that, with NoAnswerError when it comes too slowly or
 * breaks off.
 */
export async function boundedText(
	body: Readable,
	{ mostBytes, timeoutMs }: Bounds,
): Promise<string> {
	// The usual time-out of a socket starts anew with each byte, so a byte a second would hold us for ever.
	const late = AbortSignal.timeout(Math.max(0, Math.ceil(timeoutMs)));
	addAbortSignal(late, body);
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	try {
		for await (const chunk of body as AsyncIterable<Uint8Array>) {
			bytes += chunk.length;
			if (bytes > mostBytes) throw new TooLargeError(mostBytes);
			text += decoder.decode(chunk, { stream: true });
		}
		return text + decoder.decode();
	} catch (error) {
		if (error instanceof TooLargeError) throw error;
		const why = late.aborted ? 'it came too slowly' : 'it broke off';
		throw new NoAnswerError(`No answer (${why})`, { cause: error });
	}
}

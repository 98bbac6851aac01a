/** A process of its own: in each round it takes single tasks of another account until none is left,
 *  settles most of them, gives some back, and prints how many it kept. */
import type { Ledger } from '../../../sync/ledger/ledger.ts';
import { openLedger, type LedgerLocation } from '../../../sync/ledger/open.ts';

export interface Order {
	readonly location: LedgerLocation;
	readonly name: string;
	readonly rounds: number;
	/** Tasks a round. */
	readonly limit: number;
	readonly periodEnds: number;
}

export interface Taken {
	/** Id of the ledger. */
	readonly id: string;
	/** By round. */
	readonly taken: readonly number[];
	readonly notices: ReadonlyArray<readonly string[]>;
}

async function takeTasks(order: Order): Promise<Taken> {
	const ledger = await openLedger(order.location, { clock: { now: () => Date.now() } });
	const taken: number[] = [];
	const notices: string[][] = [];
	for (let round = 0; round < order.rounds; round++) {
		const given: string[] = [];
		taken.push(await oneRound(ledger, order, `brevo-${round}`, given));
		notices.push(given);
	}
	await ledger.close();
	return { id: ledger.id, taken, notices };
}

async function oneRound(
	{ quota }: Ledger,
	{ name, limit, periodEnds }: Order,
	account: string,
	notices: string[],
): Promise<number> {
	let taken = 0;
	for (let number = 0; ; number++) {
		const key = `${name}-${number}`;
		const reservation = await quota.reserve({
			...{ account, period: 'now', periodEnds, limit, warnAt: Math.floor(limit * 0.8) },
			requests: [{ key, hash: 'h' }],
		});
		notices.push(...reservation.notices);
		if (!reservation.granted.has(key)) return taken;
		taken++;
		if (number % 7 === 3) {
			await quota.release([{ account, key }]);
			taken--;
		} else if (number % 2 === 0) await quota.spend([{ account, key }]);
	}
}

void takeTasks(JSON.parse(process.argv[2] ?? '') as Order).then((taken) => {
	process.stdout.write(JSON.stringify(taken));
});

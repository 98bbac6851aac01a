/** A process of its own: takes single tasks until none is left, settles most of them, gives some
 *  back, and prints how many it kept. */
import { openLedger, type LedgerLocation } from '../../../sync/ledger/open.ts';

interface Order {
	readonly location: LedgerLocation;
	readonly name: string;
	readonly limit: number;
	readonly periodEnds: number;
}

async function takeTasks(order: Order): Promise<void> {
	const account = 'brevo-1';
	const ledger = await openLedger(order.location, { clock: { now: () => Date.now() } });
	const notices: string[] = [];
	let taken = 0;
	for (let number = 0; ; number++) {
		const key = `${order.name}-${number}`;
		const { limit, periodEnds } = order;
		const reservation = await ledger.quota.reserve({
			...{ account, period: 'now', periodEnds, limit, warnAt: Math.floor(limit * 0.8) },
			requests: [{ key, hash: 'h' }],
		});
		notices.push(...reservation.notices);
		if (!reservation.granted.has(key)) break;
		taken++;
		if (number % 7 === 3) {
			await ledger.quota.release([{ account, key }]);
			taken--;
		} else if (number % 2 === 0) await ledger.quota.spend([{ account, key }]);
	}
	process.stdout.write(JSON.stringify({ id: ledger.id, taken, notices }));
	await ledger.close();
}

void takeTasks(JSON.parse(process.argv[2] ?? '') as Order);

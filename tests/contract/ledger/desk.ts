import type { Ledger } from '../../../sync/ledger/ledger.ts';
import { openLedger, type LedgerLocation } from '../../../sync/ledger/open.ts';

/** What each contract suite brings: where a new, empty ledger may be made. */
export interface Place {
	newLocation(): Promise<LedgerLocation>;
}

export const START = Date.UTC(2026, 10, 14, 12);
export const DAY = 86_400_000;

export interface Desk {
	readonly ledger: Ledger;
	readonly location: LedgerLocation;
	readonly clock: { time: number; now(): number };
	/** A further ledger over the same place, closed with the others. */
	another(): Promise<Ledger>;
}

/** Gives each test its own ledger; call inside `describe`. */
export function useLedger(place: Place): Desk {
	const desk: { -readonly [Key in keyof Desk]?: Desk[Key] } = {};
	const opened: Ledger[] = [];
	const open = async (location: LedgerLocation, clock: Desk['clock']) => {
		const ledger = await openLedger(location, { clock });
		opened.push(ledger);
		return ledger;
	};
	beforeEach(async () => {
		const clock = { time: START, now: () => clock.time };
		const location = await place.newLocation();
		desk.clock = clock;
		desk.location = location;
		desk.ledger = await open(location, clock);
		desk.another = async () => await open(location, clock);
	});
	afterEach(async () => {
		for (const ledger of opened.splice(0)) await ledger.close();
	});
	// Filled before each test, and read in tests only.
	return desk as Desk;
}

export const salesforceId = (number: number) => `003${String(number).padStart(15, '0')}`;

export const contactIntegration = {
	name: 'Contacts',
	object: 'Contact',
	salesforceOrg: '00D000000000001AAA',
	workflow: 'workflow-1',
	consentAt: START,
} as const;

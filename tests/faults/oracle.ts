import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { before } from '../../sync/changes/page-run.ts';
import { normaliseStamp } from '../../sync/changes/soql.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { Call } from '../both-ways/interference.ts';
import { settle, violations } from '../both-ways/invariants.ts';
import type { Played } from '../both-ways/steps.ts';
import { ALL } from '../reconcile/field.ts';
import type { Playing } from './playing.ts';

/** Of the scenes; nothing of it may be in a log, an error or the ledger. */
export const VALUES = /@example\.com|Zoë|Quentin|33612345/;
const SECRETS = [BREVO_KEY, SALESFORCE_LOGIN.clientSecret, '00DSB000000Sand!'];
/** Trouble that has no name and no remedy: nobody thought of it. */
const UNFORESEEN = ['TypeError', 'SyntaxError', 'ReferenceError', 'RangeError'];
const NO_QUOTA = 1_000_000;
const OVERLAP_MS = 600_000;
const PATIENCE = 12;

/** Watches what the engine does while the fault lasts. Its own ledger meets no fault. */
export class Oracle {
	readonly #ledger: Ledger;
	readonly #playing: Playing;
	readonly #broken = new Set<string>();
	readonly #periods = new Map<string, number>();
	#isReserved = false;
	#cursor = '';

	constructor(ledger: Ledger, playing: Playing) {
		this.#ledger = ledger;
		this.#playing = playing;
	}

	/** Before a call is served. */
	hears({ to, what, writes }: Call): void {
		if (to === 'pages' && what === 'open') this.#isReserved = false;
		const { world, state } = this.#playing;
		const isService = to === 'brevo' || to === 'salesforce';
		if (!isService || !writes || !world.isRunning || what.endsWith('/smtp/email') || state.twice)
			return;
		if (!this.#isReserved) this.#broken.add(`I3: ${what} without a reservation`);
	}

	/** Once it was. */
	heard({ to, what }: Call): void {
		if (to === 'quota' && what === 'reserve') this.#isReserved = true;
	}

	/** After a round. */
	async looks(): Promise<void> {
		await this.#quota();
		await this.#cursorIsBehind();
	}

	get broken(): readonly string[] {
		return [...this.#broken];
	}

	/** I3: no month has more tasks than were allowed in it. */
	async #quota(): Promise<void> {
		const { world } = this.#playing;
		const { id } = world.period;
		this.#periods.set(id, Math.max(world.quota, this.#periods.get(id) ?? 0));
		for (const [period, limit] of this.#periods) {
			const used = (await this.#ledger.quota.status(world.account, period))?.used ?? 0;
			if (used > limit) this.#broken.add(`I3: ${used} tasks in ${period}, the limit is ${limit}`);
		}
	}

	/** I4: what lies behind the cursor was acknowledged as it is. */
	async #cursorIsBehind(): Promise<void> {
		const { world, ids, heardFrom } = this.#playing;
		const cursor = await this.#ledger.pages.cursor(world.integration);
		const stamp = cursor?.watermark?.systemModstamp ?? '';
		if (stamp < this.#cursor) this.#broken.add('I4: the cursor went back');
		this.#cursor = stamp;
		const snapshot = await this.#ledger.snapshots.get(world.integration);
		// What a snapshot under way still brings lies behind the cursor, too.
		if (stamp === '' || (snapshot && snapshot.endedAt === undefined)) return;
		const seen = await this.#ledger.pages.seen(world.integration, ids);
		const from = before(stamp, OVERLAP_MS);
		for (const record of world.salesforce.admin.records({ object: 'Contact', ids })) {
			const own = normaliseStamp(String(record['SystemModstamp']));
			if (own < from || own >= stamp || own < heardFrom) continue;
			if (seen.get(String(record['Id'])) !== own)
				this.#broken.add(`I4: ${String(record['Id'])} lies behind the cursor unacknowledged`);
		}
	}
}

/** Lets everything come to rest once the fault is over, and gives what is not as promised. */
export async function afterwards(
	oracle: Oracle,
	playing: Playing,
	played: Played,
): Promise<string[]> {
	const { world, leads, deleted, deletedInBrevo } = playing;
	const ids = [...playing.ids, ...playing.more];
	world.quota = NO_QUOTA;
	leads.quota = NO_QUOTA;
	world.restart();
	// An hour is the longest that Brevo's limits are believed.
	world.clock.advance(2 * 3_600_000);
	const toRest = async () =>
		world.isOneWay ? await reconciled(playing) : await settle(world, leads);
	const unrest = await toRest().then(
		() => [],
		(error: unknown) => [`I1: ${String(error)}`],
	);
	if (unrest.length > 0) return [...oracle.broken, ...unrest];
	const end = { ...played, ids, deletedInSalesforce: deleted, deletedInBrevo };
	const emails = world.salesforce.admin.records({ object: 'Contact' }).map(({ Email }) => Email);
	const born = [...played.born].filter((email) => emails.includes(email));
	return [
		...oracle.broken,
		...(await violations(world, leads, end)),
		...twins(playing),
		...notices(playing),
		...(born.length > 0 ? ['I5: a contact that was born in Brevo is in Salesforce'] : []),
		...leaks(playing),
		...world.errors
			.filter((error) => UNFORESEEN.includes((error as Error).name))
			.map((error) => `An unforeseen error: ${(error as Error).stack ?? ''}`),
	];
}

async function reconciled({ world, leads }: Playing): Promise<void> {
	for (let round = 0; round < PATIENCE; round += 1) {
		world.clock.advance(20 * 60_000);
		const { writes } = world;
		const { total } = await world.reconcile(ALL);
		const results = [await world.there(), await leads.there()];
		const isQuiet = results.every(({ emitted, failed }) => emitted === 0 && !failed);
		if (isQuiet && total === 0 && world.writes === writes) return;
	}
	throw new Error(`Both sides were not the same after ${PATIENCE} reconciliations`);
}

/** I1: one contact for one record. */
function twins({ world }: Playing): string[] {
	const ids = world.brevo.admin.contacts({ limit: 10_000 }).flatMap(({ ext_id: id }) => id ?? []);
	return new Set(ids).size === ids.length ? [] : ['I1: a record has two contacts'];
}

/** I3: nobody gets an e-mail twice in a month. */
function notices({ world }: Playing): string[] {
	const sent = Map.groupBy(world.brevo.admin.mailbox(), ({ idempotencyKey }) => idempotencyKey);
	return [...sent]
		.filter(([, mails]) => mails.length > 1)
		.map(([, mails]) => `I3: a notice went out ${mails.length} times`);
}

/** I8, in what was logged and said. The ledger's file is looked at when all is over. */
function leaks({ world }: Playing): string[] {
	const said = world.said.join('\n');
	return [
		...(VALUES.test(said) ? ['I8: a value was logged'] : []),
		...(SECRETS.some((secret) => said.includes(secret)) ? ['I8: a secret was logged'] : []),
	];
}

import { canonicalOfRecord } from '../../sync/mapping/map-back.ts';
import { storedHash } from '../../sync/field-hashes.ts';
import { fieldHash } from '../../sync/field-hashes.ts';
import { storedContact } from '../../sync/brevo/stored-contact.ts';
import type { Played } from './steps.ts';
import type { World } from './world.ts';

/** Rounds that it may take until nothing moves any more; each is longer than any back-off. */
const PATIENCE = 12;

/** Lets both directions run until a round of both writes nothing. */
export async function settle(world: World, leadWorld: World): Promise<void> {
	const failures: string[] = [];
	world.calm();
	leadWorld.calm();
	for (let round = 0; round < PATIENCE; round += 1) {
		world.clock.advance(20 * 60_000);
		const before = world.writes;
		const results = [
			await world.there(),
			await world.back(true),
			await leadWorld.there(),
			await leadWorld.back(true),
		];
		const failed = results.flatMap((result) => result.failed ?? []);
		if (failed.length > 0) {
			failures.push(...failed.map(({ message }) => message));
			continue;
		}
		const emitted = results.reduce((sum, result) => sum + result.emitted, 0);
		if (world.writes === before && emitted === 0) return;
	}
	throw new Error(`It did not come to rest in ${PATIENCE} rounds: ${failures.join('; ')}`);
}

/** What is wrong at the end, in words; empty when all promises were kept. */
export async function violations(
	world: World,
	leadWorld: World,
	played: Played,
): Promise<string[]> {
	const found: string[] = [];
	const check = (isSo: boolean, words: string): void => {
		if (!isSo) found.push(words);
	};
	await atRest([world, leadWorld], check);
	for (const id of played.ids) await recordIsAsPromised(world, played, id, check);
	for (const id of played.leads) {
		if (!played.converted.has(id)) await recordIsAsPromised(leadWorld, played, id, check);
		else {
			const link = (await world.ledger.links.get(leadWorld.integration, [id])).get(id);
			check(
				link === undefined || link.removedAt !== undefined,
				`I1: ${id} was converted and is still linked`,
			);
		}
	}
	for (const stream of [world, leadWorld].flatMap((one) => [one.integration, one.stream])) {
		const { read, written, unchanged, excluded, rejected, deferred } =
			await world.ledger.pages.activity(stream);
		const sum = written + unchanged + excluded + rejected + deferred;
		check(read === sum, `I7: ${stream} read ${read}, outcomes add up to ${sum}`);
		check(
			(await world.ledger.pages.deferredCount(stream)) === 0,
			`I1: ${stream} has records that still wait`,
		);
	}
	return found;
}

type Check = (isSo: boolean, words: string) => void;

/** I2: one more round of all writes nothing and spends nothing. */
async function atRest(worlds: readonly World[], check: Check): Promise<void> {
	const [world] = worlds;
	if (!world) return;
	const used = await world.tasks();
	const writes = world.writes;
	world.clock.advance(20 * 60_000);
	let counted = 0;
	for (const one of worlds) {
		await one.there();
		if (!one.isOneWay) await one.back(true);
		for (const stream of [one.integration, one.stream])
			counted += (await one.ledger.pages.activity(stream)).tasks;
	}
	check(world.writes === writes, `I2: ${world.writes - writes} writes at rest`);
	check((await world.tasks()) === used, `I2: ${(await world.tasks()) - used} tasks at rest`);
	check(used >= counted, `I3: ${used} tasks of the month, but ${counted} in the activity`);
}

async function recordIsAsPromised(
	world: World,
	{ consent, deletedInBrevo, deletedInSalesforce }: Played,
	id: string,
	check: Check,
): Promise<void> {
	const [record] = world.salesforce.admin.records({ object: world.object, ids: [id] });
	const contact = world.brevo.admin.contact({ ext_id: id });
	const link = (await world.ledger.links.get(world.integration, [id])).get(id);
	const rejected = new Set(
		(await world.ledger.pages.rejections(world.integration)).map(({ recordId }) => recordId),
	);
	const rejectedBack = new Set(
		(await world.ledger.pages.rejections(world.stream)).map(({ recordId }) => recordId),
	);
	const isLive = record !== undefined && record['IsDeleted'] === false;
	if (!isLive) {
		check(
			deletedInSalesforce.has(id) || deletedInBrevo.has(id),
			`I5: ${id} vanished from Salesforce although nobody deleted it`,
		);
		// Or Brevo has refused its removal, and people are told.
		const isSettled = link === undefined || link.removedAt !== undefined || rejected.has(id);
		check(isSettled, `I1: ${id} is gone but still linked`);
		return;
	}
	const said = consent.get(id) ?? {};
	if (said.salesforce === true)
		check(record['HasOptedOutOfEmail'] === true, `I6: ${id} was allowed again in Salesforce`);
	if (contact['found'] === true && said.brevo === true && !deletedInBrevo.has(id))
		check(contact['emailBlacklisted'] === true, `I6: ${id} was allowed again in Brevo`);
	// In the rejected list, frozen, or never to be written.
	const isFrozen = link?.emailHash !== undefined && !record['Email'];
	if (rejected.has(id) || isFrozen) return;
	if (contact['found'] !== true) {
		check(deletedInBrevo.has(id), `I1: ${id} is in no list and nobody is told why`);
		return;
	}
	if (said.salesforce === true && !said.brevoOptedIn)
		check(contact['emailBlacklisted'] === true, `I6: the opt-out of ${id} did not reach Brevo`);
	if (
		said.brevo === true &&
		!said.salesforceOptedIn &&
		!deletedInBrevo.has(id) &&
		!rejectedBack.has(id)
	)
		check(
			record['HasOptedOutOfEmail'] === true,
			`I6: the opt-out of ${id} did not reach Salesforce`,
		);
	if (rejectedBack.has(id)) return;
	const { rows, fields, attributes, options } = world.profile;
	const wanted = canonicalOfRecord(record, rows, fields, attributes, options);
	const stored = storedContact(contact);
	for (const { attribute, field, rule } of rows) {
		const value = wanted[attribute];
		if (value === undefined) continue;
		// Limit phone-cleared, and what the rule leaves apart.
		const isBlankKept =
			value === '' && (attribute === 'SMS' || attribute === 'EMAIL' || rule === 'neverBlank');
		const isBlankInBrevo =
			storedHash(world.ledger, stored, attribute, attributes) ===
			fieldHash(world.ledger, attribute, '');
		if (isBlankKept || (rule === 'neverBlank' && isBlankInBrevo)) continue;
		check(
			fieldHash(world.ledger, attribute, value) ===
				storedHash(world.ledger, stored, attribute, attributes),
			`I1: ${id} ${field} is ${JSON.stringify(record[field])} in Salesforce and ${JSON.stringify(attribute === 'EMAIL' ? contact['email'] : stored.attributes[attribute])} in Brevo`,
		);
	}
}

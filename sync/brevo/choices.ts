import { type BrevoAttribute, findAttribute } from '../mapping/field.ts';
import { has, type MissingChoices } from '../mapping/missing-choices.ts';
import { listAttributes } from './attributes.ts';
import type { BrevoClient } from './client.ts';
import { BrevoRefusedError } from './errors.ts';

/** Rounds of read, merge, write: one, and one more for each process that wrote in between. */
const MAX_ROUNDS = 5;

/**
 * Brevo takes the whole list of choices and knows no "if unchanged", so the latest writer wins. Who
 * read the list before our write has written his own by then, and the next look shows who won.
 */
const SETTLE_MS = 1_000;

export interface AddedChoices {
	/** The account's attributes as they are now. */
	readonly attributes: readonly BrevoAttribute[];
	/** Names of the attributes that did not get their choices. */
	readonly refused: readonly string[];
}

interface Lacking {
	readonly attribute: BrevoAttribute;
	readonly choices: readonly string[];
}

/**
 * Adds choices to category and multiple-choice attributes: reads, merges, writes and reads again,
 * until all are there, so that processes that do the same at once keep each other's. Existing
 * choices stay. Throws what the client throws, except a refusal of the choices themselves.
 */
export async function addChoices(
	client: BrevoClient,
	missing: MissingChoices,
): Promise<AddedChoices> {
	let attributes = await listAttributes(client);
	const refused = new Set<string>();
	for (let round = 0; round < MAX_ROUNDS; round += 1) {
		let written = 0;
		for (const lacking of lackingChoices(attributes, missing)) {
			const { name } = lacking.attribute;
			if (refused.has(name)) continue;
			if (await write(client, lacking)) written += 1;
			else refused.add(name);
		}
		if (written === 0) break;
		await client.host.sleep(SETTLE_MS, client.host.signal);
		attributes = await listAttributes(client);
	}
	return {
		attributes,
		refused: lackingChoices(attributes, missing).map(({ attribute }) => attribute.name),
	};
}

function lackingChoices(
	attributes: readonly BrevoAttribute[],
	missing: MissingChoices,
): readonly Lacking[] {
	return [...missing].flatMap(([name, wanted]) => {
		const attribute = findAttribute(name, attributes);
		const choices = attribute ? [...wanted].filter((choice) => !has(attribute, choice)) : [];
		return attribute && choices.length > 0 ? [{ attribute, choices }] : [];
	});
}

/** False when it cannot be done for this attribute. */
async function write(client: BrevoClient, { attribute, choices }: Lacking): Promise<boolean> {
	const { category, name } = attribute;
	if (!canBeSentBack(attribute)) return false;
	try {
		await client.request('PUT /contacts/attributes/{category}/{name}', {
			params: { category, name },
			body: withChoices(attribute, choices),
		});
		return true;
	} catch (error) {
		if (error instanceof BrevoRefusedError) return false;
		throw error;
	}
}

/**
 * Brevo changelog 2026-05-01: a choice whose value is no number reads as 0. An update takes numbers
 * only (Brevo OpenAPI, updateAttribute), so sending such a choice back would change it.
 */
const canBeSentBack = ({ enumeration = [] }: BrevoAttribute): boolean =>
	enumeration.every(({ value, valueStr = String(value) }) => valueStr === String(value));

/** Brevo OpenAPI, updateAttribute: the whole list of choices is given. */
function withChoices(
	{ category, enumeration = [], multiCategoryOptions = [] }: BrevoAttribute,
	choices: readonly string[],
): Readonly<Record<string, unknown>> {
	if (category !== 'category')
		return { multiCategoryOptions: [...multiCategoryOptions, ...choices] };
	const next = 1 + Math.max(0, ...enumeration.map(({ value }) => value));
	return {
		enumeration: [
			...enumeration.map(({ value, label }) => ({ value, label })),
			...choices.map((label, index) => ({ value: next + index, label })),
		],
	};
}

import { type BrevoAttribute, findAttribute } from '../mapping/field.ts';
import { has, type MissingChoices } from '../mapping/missing-choices.ts';
import { listAttributes } from './attributes.ts';
import type { BrevoClient } from './client.ts';

/**
 * Adds choices to category and multiple-choice attributes and gives the account's attributes as
 * they are then. Existing choices stay. What another process adds at the same moment is seen by the
 * last look, and a choice that got lost there is added with the next record that needs it.
 */
export async function addChoices(
	client: BrevoClient,
	missing: MissingChoices,
): Promise<readonly BrevoAttribute[]> {
	const attributes = await listAttributes(client);
	for (const [name, choices] of missing) {
		const attribute = findAttribute(name, attributes);
		const wanted = [...choices].filter((choice) => attribute && !has(attribute, choice));
		if (!attribute || wanted.length === 0) continue;
		await client.request('PUT /contacts/attributes/{category}/{name}', {
			params: { category: attribute.category, name },
			body: withChoices(attribute, wanted),
		});
	}
	return await listAttributes(client);
}

/** Brevo OpenAPI, updateAttribute: the whole list of choices is given. */
function withChoices(
	{ category, enumeration = [], multiCategoryOptions = [] }: BrevoAttribute,
	wanted: readonly string[],
): Readonly<Record<string, unknown>> {
	if (category !== 'category')
		return { multiCategoryOptions: [...multiCategoryOptions, ...wanted] };
	const next = 1 + Math.max(0, ...enumeration.map(({ value }) => value));
	return {
		enumeration: [
			...enumeration.map(({ value, label }) => ({ value, label })),
			...wanted.map((label, index) => ({ value: next + index, label })),
		],
	};
}

import type { BrevoAttribute, BrevoAttributeCategory } from '../mapping/field.ts';
import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';

const CATEGORIES: Readonly<Record<BrevoAttributeCategory, true>> = {
	normal: true,
	transactional: true,
	category: true,
	calculated: true,
	global: true,
};

const isCategory = (value: unknown): value is BrevoAttributeCategory =>
	typeof value === 'string' && Object.hasOwn(CATEGORIES, value);

/**
 * The contact attributes of the account. The only way to see what Brevo would silently ignore:
 * names that do not exist and values of the wrong type.
 */
export async function listAttributes(client: BrevoClient): Promise<readonly BrevoAttribute[]> {
	const { json = {} } = await client.request('GET /contacts/attributes');
	const attributes = Array.isArray(json.attributes) ? json.attributes : [];
	return attributes.flatMap((value: unknown) => attributeOf(value) ?? []);
}

function attributeOf(value: unknown): BrevoAttribute | undefined {
	if (!isObject(value) || typeof value.name !== 'string' || !isCategory(value.category))
		return undefined;
	const { name, category, type, enumeration, multiCategoryOptions } = value;
	return {
		name,
		category,
		...(typeof type === 'string' ? { type } : {}),
		...(Array.isArray(enumeration) ? { enumeration: enumeration.flatMap(optionOf) } : {}),
		...(Array.isArray(multiCategoryOptions)
			? { multiCategoryOptions: multiCategoryOptions.map(String) }
			: {}),
	};
}

type Option = NonNullable<BrevoAttribute['enumeration']>[number];

const optionOf = (value: unknown): Option[] =>
	isObject(value) && typeof value.label === 'string'
		? [
				{
					value: Number(value.value ?? 0),
					label: value.label,
					...(typeof value.valueStr === 'string' ? { valueStr: value.valueStr } : {}),
				},
			]
		: [];

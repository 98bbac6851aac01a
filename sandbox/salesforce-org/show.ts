import type { Organization } from './organization.ts';
import type { Row } from './store.ts';

export const attributes = (
	{ object, id }: Pick<Row, 'object' | 'id'>,
	version: string,
): object => ({
	type: object,
	url: recordUrl({ object, id }, version),
});

export const recordUrl = ({ object, id }: Pick<Row, 'object' | 'id'>, version: string): string =>
	`/services/data/v${version}/sobjects/${object}/${id}`;

/** A record with its visible fields, or those of them that are asked for. */
export function showRecord(
	organization: Organization,
	row: Row,
	version: string,
	wanted?: readonly string[],
): Record<string, unknown> {
	const names = wanted && new Set(wanted.map((name) => name.trim().toLowerCase()));
	const values = organization.schema
		.visible(row.object)
		.filter(({ name }) => !names || names.has(name.toLowerCase()))
		.map((field) => [field.name, organization.value(row, field)] as const);
	return { attributes: attributes(row, version), ...Object.fromEntries(values) };
}

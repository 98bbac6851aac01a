import { parseArgs } from 'node:util';

export interface BenchArguments<Name extends string> {
	readonly only: readonly Name[];
	readonly sizes: readonly number[];
	readonly full: boolean;
}

const SIZES = '1000,10000,100000';

/** Reads the command line; throws an Error with one clear sentence. */
export function benchArguments<Name extends string>(
	args: readonly string[],
	names: readonly Name[],
): BenchArguments<Name> {
	const { values } = parseArgs({
		args: [...args],
		options: {
			only: { type: 'string', default: names.join(',') },
			sizes: { type: 'string', default: SIZES },
			full: { type: 'boolean', default: false },
		},
	});
	const only = values.only.split(',').map((text) => {
		const name = names.find((known) => known === text);
		if (name === undefined)
			throw new Error(`There is no measurement "${text}"; there are ${names.join(', ')}.`);
		return name;
	});
	const sizes = values.sizes.split(',').map(Number);
	if (!sizes.every((size) => Number.isInteger(size) && size > 0))
		throw new Error(`--sizes takes whole numbers of contacts, as in ${SIZES}.`);
	return { only, sizes: sizes.sort((a, b) => a - b), full: values.full };
}

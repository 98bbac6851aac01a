import type { INodePropertyOptions } from 'n8n-workflow';
import { phoneCountries } from '../../sync/index.ts';

const names = new Intl.DisplayNames(['en'], { type: 'region' });

/** Every country that the phone library knows, by English name, "None" first. */
export const countryOptions: INodePropertyOptions[] = [
	{ name: 'None', value: '' },
	...phoneCountries()
		.map((code: string) => ({ name: `${names.of(code) ?? code} (${code})`, value: code }))
		.sort((a: INodePropertyOptions, b: INodePropertyOptions) => a.name.localeCompare(b.name, 'en')),
];

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describeObject } from '../../sandbox/salesforce-org/describe.ts';
import { Schema } from '../../sandbox/salesforce-org/fields.ts';
import type { ObjectName } from '../../sandbox/salesforce-org/ids.ts';

/** Describes of a real organisation; not part of this repository. */
const CAPTURES = path.join(__dirname, '../../../shared/data/salesforce/describe');
const captured = existsSync(CAPTURES);
if (!captured) console.warn('Skipped: the captured describes are not on this machine');
const whenCaptured = captured ? test : test.skip;

type Json = Record<string, unknown>;

const realDescribe = (object: ObjectName): Json =>
	JSON.parse(
		readFileSync(path.join(CAPTURES, `describe-${object}.scratch-org.json`), 'utf8'),
	) as Json;

const fieldsOf = (describe: Json): Map<string, Json> =>
	new Map((describe['fields'] as Json[]).map((field) => [String(field['name']), field]));

const COMPARED = [
	'type',
	'label',
	'length',
	'byteLength',
	'nillable',
	'createable',
	'updateable',
	'defaultedOnCreate',
	'filterable',
	'sortable',
	'calculated',
	'compoundFieldName',
	'restrictedPicklist',
	'referenceTo',
	'relationshipName',
	'soapType',
	'nameField',
	'idLookup',
	'extraTypeInfo',
	'autoNumber',
	'defaultValue',
	'precision',
	'scale',
	'digits',
	'custom',
] as const;

for (const object of ['Contact', 'Lead', 'Account', 'Case'] as const) {
	whenCaptured(`the describe of ${object} has the keys of a real one`, () => {
		const real = realDescribe(object);
		const ours = describeObject(new Schema(), object, '67.0');
		const missing = Object.keys(real).filter((key) => !(key in ours));
		expect(missing).toEqual([]);
		const [realField = {}] = real['fields'] as Json[];
		for (const field of fieldsOf(ours).values()) {
			expect(Object.keys(realField).filter((key) => !(key in field))).toEqual([]);
		}
	});

	whenCaptured(`the standard fields of ${object} are described as by a real one`, () => {
		const real = fieldsOf(realDescribe(object));
		const ours = fieldsOf(describeObject(new Schema(), object, '67.0'));
		const differences: string[] = [];
		for (const [name, field] of ours) {
			const model = real.get(name);
			for (const key of COMPARED) {
				const [is, should] = [JSON.stringify(field[key]), JSON.stringify(model?.[key])];
				if (model && is !== should) differences.push(`${name}.${key}: ${is}, really ${should}`);
			}
		}
		expect(differences).toEqual([]);
	});
}

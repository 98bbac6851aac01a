import { salesforceSource } from '../../sync/changes/source.ts';
import { page, row, scripted } from './salesforce-fake.ts';

/** The fake's Date header says 12:07:50. */
const records = [
	row('1', { SystemModstamp: '2026-05-06T12:07:48.000+0000' }),
	row('2', { SystemModstamp: '2026-05-06T12:07:49.000+0000' }),
	row('3', { SystemModstamp: '2026-05-06T12:07:50.000+0000' }),
];

const idsOf = async (limit: number) => {
	const { connection } = scripted([page(records)]);
	const source = salesforceSource(connection, { object: 'Contact', fields: [] });
	const { records: read, complete } = await source.read(undefined, limit);
	return { ids: read.map(({ Id }) => Id), complete };
};

test('a record of the second of the read is left for the next one: it may change again under the same stamp', async () => {
	expect(await idsOf(10)).toEqual({ ids: ['1', '2'], complete: true });
});

test('a full page that ends in that second is the last for now', async () => {
	expect(await idsOf(3)).toEqual({ ids: ['1', '2'], complete: true });
});

test('a full page of older records has something behind it', async () => {
	const { connection } = scripted([page(records.slice(0, 2))]);
	const source = salesforceSource(connection, { object: 'Contact', fields: [] });
	expect((await source.read(undefined, 2)).complete).toBe(false);
});

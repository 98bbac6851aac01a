import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { hintsOf } from '../../sync/brevo/events.ts';

const CAPTURES = path.join(__dirname, '../../../shared/data/brevo/brevo-webhooks.json');
if (!existsSync(CAPTURES)) {
	console.warn('Skipped: captured webhook bodies are not on this machine (../shared/data).');
}

interface Capture {
	readonly event: string;
	readonly body?: unknown;
}
const read = (): { captured: Capture[]; documentation: Capture[] } =>
	JSON.parse(readFileSync(CAPTURES, 'utf8')) as ReturnType<typeof read>;

(existsSync(CAPTURES) ? describe : describe.skip)('a body that Brevo really sent', () => {
	test('gives one hint with its address and kind, captured or documented', () => {
		const { captured, documentation } = read();
		const hints = (captures: Capture[]) =>
			captures.filter(({ body }) => body !== undefined).map(({ body }) => hintsOf(body));
		const sykora = 'lu.sykora@demo.domain';
		expect(hints(captured)).toEqual([
			[{ kind: 'listed', email: sykora }],
			[{ kind: 'updated', email: sykora }],
			[{ kind: 'deleted', email: sykora }],
			[{ kind: 'unsubscribed', email: 'abc@example.com' }],
		]);
		const email = 'example@domain.com';
		expect(hints(documentation)).toEqual([
			[{ kind: 'unsubscribed', email }],
			[{ kind: 'deleted', email }],
			[{ kind: 'listed', email }],
			[{ kind: 'other', email }],
			[{ kind: 'other', email }],
		]);
	});

	test('is read the same in a batch, in the order in which it came', () => {
		const bodies = read().captured.map(({ body }) => body);
		expect(hintsOf(bodies)).toEqual(bodies.flatMap(hintsOf));
		const five = Array.from({ length: 500 }, (_, n) => ({
			event: 'contact_updated',
			email: `n${n}@x.example`,
		}));
		expect(hintsOf(five).map(({ email }) => email)).toEqual(five.map(({ email }) => email));
	});
});

describe('a hint', () => {
	test('names who made the change, if Brevo says so: a key, a person, or nothing', () => {
		const by = (api_key_name?: unknown) =>
			hintsOf({ event: 'contact_updated', email: 'a@x.example', api_key_name })[0];
		expect(by('contact-sync')).toMatchObject({ byApi: 'contact-sync' });
		expect(by('')).toMatchObject({ byApi: '' });
		expect(by()).not.toHaveProperty('byApi');
		expect(by(7)).not.toHaveProperty('byApi');
	});

	test('has the address trimmed and in lower case, once, wherever it stands', () => {
		const body = {
			event: 'contact_updated',
			email: [' Ada@X.example ', 'ada@x.example'],
			content: [{ email: 'ADA@x.example' }, { email: 'bob@x.example' }],
		};
		expect(hintsOf(body).map(({ email }) => email)).toEqual(['ada@x.example', 'bob@x.example']);
	});

	test('takes content that is one object, and the external id from on top or the attributes', () => {
		expect(
			hintsOf({
				event: 'contact_updated',
				content: { email: 'a@x.example', attributes: { EXT_ID: '003A' } },
			}),
		).toEqual([{ kind: 'updated', email: 'a@x.example', extId: '003A' }]);
		expect(hintsOf({ event: 'contact_deleted', ext_id: '003B' })).toEqual([
			{ kind: 'deleted', extId: '003B' },
		]);
	});

	test('of an event about several contacts takes no external id, because whose it is is not said', () => {
		const body = { event: 'x', email: ['a@x.example', 'b@x.example'], ext_id: '003A' };
		expect(hintsOf(body)).toEqual([
			{ kind: 'other', email: 'a@x.example' },
			{ kind: 'other', email: 'b@x.example' },
		]);
	});

	test('of an event that names nobody has no address, so that everything is looked at', () => {
		expect(hintsOf({ event: 'contact_updated', content: [{ list: {} }] })).toEqual([
			{ kind: 'updated' },
		]);
	});

	test('knows an event by the name in the API too', () => {
		const kinds = ['contactUpdated', 'contactDeleted', 'listAddition', 'brandNew'].flatMap(
			(event) => hintsOf({ event, email: 'a@x.example' }).map(({ kind }) => kind),
		);
		expect(kinds).toEqual(['updated', 'deleted', 'listed', 'other']);
	});
});

describe('nonsense', () => {
	test.each([
		[undefined],
		[null],
		[''],
		[7],
		['contact_updated'],
		[[]],
		[{}],
		[[null, [], 'x', {}]],
		[{ email: 'no address' }],
		[{ email: { a: 'b@x.example' } }],
	])('gives no hint: %j', (body) => {
		expect(hintsOf(body)).toEqual([]);
	});

	test('never throws, and every address it gives is one that was there', () => {
		const event = fc.record(
			{
				event: fc.anything(),
				email: fc.oneof(fc.anything(), fc.emailAddress()),
				ext_id: fc.anything(),
				api_key_name: fc.anything(),
				content: fc.oneof(
					fc.anything(),
					fc.array(fc.oneof(fc.anything(), fc.record({ email: fc.emailAddress() }))),
				),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(fc.oneof(fc.jsonValue(), event, fc.array(event)), (body) => {
				for (const { email, extId } of hintsOf(body)) {
					if (email !== undefined) expect(email).toMatch(/^\S?.*@.*$/s);
					if (extId !== undefined) expect(extId).not.toBe('');
				}
			}),
		);
	});
});

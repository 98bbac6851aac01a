import fc from 'fast-check';
import { canonicalContact } from '../../sync/mapping/canonical.ts';
import type { CanonicalInput } from '../../sync/mapping/canonical.ts';

const same = (left: CanonicalInput, right: CanonicalInput) =>
	expect(canonicalContact(left)).toBe(canonicalContact(right));
const differ = (left: CanonicalInput, right: CanonicalInput) =>
	expect(canonicalContact(left)).not.toBe(canonicalContact(right));

describe('what Brevo would store alike has one canonical text', () => {
	test('the order of attributes, lists and options does not count', () => {
		same(
			{ email: 'a@b.co', attributes: { B: 1, A: ['y', 'x', 'y'] }, listIds: [10, 9, 9] },
			{ listIds: [9, 10], attributes: { A: ['x', 'y'], B: 1 }, email: 'a@b.co' },
		);
	});

	test('a phone as Brevo gives it equals the one that was sent', () => {
		same({ attributes: { SMS: '+33612345678' } }, { attributes: { SMS: '33612345678' } });
		same({ attributes: { WHATSAPP: '0033 6 12' } }, { attributes: { WHATSAPP: '+33612' } });
		differ({ attributes: { NOTE: '+33612345678' } }, { attributes: { NOTE: '33612345678' } });
	});

	test('case of the address, null and "", -0 and 0, undefined and absent', () => {
		same({ email: ' A@B.co', attributes: {} }, { email: 'a@b.co', attributes: {} });
		same({ attributes: { A: null } }, { attributes: { A: '' } });
		same({ attributes: { A: -0 } }, { attributes: { A: 0 } });
		same({ attributes: { A: undefined } }, { attributes: {} });
	});
});

describe('what Brevo would store differently has another text', () => {
	test('clearing an attribute is not leaving it alone', () => {
		differ({ attributes: { A: '' } }, { attributes: {} });
	});

	test('values, types, lists and flags count', () => {
		differ({ attributes: { A: 'x' } }, { attributes: { A: 'X' } });
		differ({ attributes: { A: 1 } }, { attributes: { A: '1' } });
		differ({ attributes: { A: false } }, { attributes: { A: '' } });
		differ({ attributes: {}, listIds: [1] }, { attributes: {}, listIds: [2] });
		differ({ attributes: {}, emailBlacklisted: true }, { attributes: {} });
		differ({ attributes: {}, ext_id: 'a' }, { attributes: {}, ext_id: 'b' });
	});
});

test('canonicalising twice changes nothing', () => {
	const value = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.double(),
		fc.boolean(),
		fc.constant(null),
		fc.array(fc.string()),
	);
	const name = fc.oneof(fc.constantFrom('SMS', 'WHATSAPP', '1', '10', '__proto__'), fc.string());
	fc.assert(
		fc.property(fc.array(fc.tuple(name, value)), fc.string(), (entries, email) => {
			const once = canonicalContact({ email, attributes: Object.fromEntries(entries) });
			const read = JSON.parse(once) as { email: string; attributes: Array<[string, unknown]> };
			expect(
				canonicalContact({ email: read.email, attributes: Object.fromEntries(read.attributes) }),
			).toBe(once);
		}),
	);
});

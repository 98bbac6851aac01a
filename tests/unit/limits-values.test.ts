import { checkDate, checkMoment } from '../../sync/limits/checks/date.ts';
import { checkEmail } from '../../sync/limits/checks/email.ts';
import { checkNumber } from '../../sync/limits/checks/number.ts';
import { shapeOf } from '../../sync/limits/checks/shape.ts';

const atLength = (length: number): string => {
	const domain = `${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(60)}.com`;
	return `${'l'.repeat(length - domain.length - 1)}@${domain}`;
};

describe('an e-mail address', () => {
	test.each([
		['rose@edge.com', 'rose@edge.com'],
		['  Rose@Edge.COM ', 'rose@edge.com'],
		['\uFEFFrose@edge.com\u200B', 'rose@edge.com'],
		["o'neil+news/x=1@mail.co.uk", "o'neil+news/x=1@mail.co.uk"],
		['j@müller.de', 'j@xn--mller-kva.de'],
		['J@BÜCHER.example', 'j@xn--bcher-kva.example'],
		['x@例え.テスト', 'x@xn--r8jz45g.xn--zckzah'],
		['33612345678@mailin-sms.com', '33612345678@mailin-sms.com'],
		[`${'l'.repeat(64)}@a.co`, `${'l'.repeat(64)}@a.co`],
		[atLength(248), atLength(248)],
	])('%s is stored as %s', (text, value) => {
		expect(checkEmail(text)).toEqual({ ok: true, value });
	});

	test.each([
		['b.levy@expressl&t.net'],
		['no-at-sign'],
		['@edge.com'],
		['rose@'],
		['rose@edge'],
		['rose@@edge.com'],
		['ro se@edge.com'],
		['.rose@edge.com'],
		['rose.@edge.com'],
		['ro..se@edge.com'],
		['rose@edge..com'],
		['rose@-edge.com'],
		['rose@127.0.0.1'],
		['rose@1.2'],
		['rose@ex%41mple.com'],
		['rose@bü cher.de'],
		['rose@bü/cher.de'],
		['Rose <rose@edge.com>'],
		['rose@edge.com, tom@edge.com'],
		['rosé@edge.com'],
		[`${'l'.repeat(65)}@a.co`],
		[`${'l'.repeat(64)}@${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(60)}.com`],
		[`rose@${'d'.repeat(64)}.com`],
	])('%s is refused (limit email-invalid)', (text) => {
		const { length } = Array.from(text);
		expect(checkEmail(text)).toEqual({
			ok: false,
			limit: 'email-invalid',
			shape: `text, ${length} characters`,
		});
	});
});

describe('limit date-format: dates must be in the format YYYY-MM-DD', () => {
	test('"1990-09-25", the example of the help page, passes', () => {
		expect(checkDate('1990-09-25')).toEqual({ ok: true, value: '1990-09-25' });
		expect(checkDate(' 2024-02-29 ')).toEqual({ ok: true, value: '2024-02-29' });
	});

	test.each([
		'25/09/1990',
		'09-25-1990',
		'1990-9-25',
		'2023-02-29',
		'1990-13-01',
		'soon',
		'19900925',
	])('%s does not', (text) =>
		expect(checkDate(text)).toMatchObject({ ok: false, limit: 'date-format' }),
	);

	test.each([0, null, true, {}, [], Number.NaN])('%p does not', (value) => {
		expect(checkDate(value)).toMatchObject({ ok: false, limit: 'date-format' });
		expect(checkMoment(value, 'utc')).toMatchObject({ ok: false, limit: 'date-format' });
	});

	test.each([
		['2026-05-01T23:30:00.000+0000', 'utc', '2026-05-01'],
		['2026-05-01T23:30:00.000+0000', 'Europe/Paris', '2026-05-02'],
		['2026-05-01T03:30:00.000+0000', 'America/New_York', '2026-04-30'],
		['2026-05-01T23:30:00Z', 'utc', '2026-05-01'],
		['2026-05-01', 'Europe/Paris', '2026-05-01'],
	])('the moment %s falls in %s on %s', (text, zone, value) => {
		expect(checkMoment(text, zone)).toEqual({ ok: true, value });
	});

	test.each(['2026-05-01T25:00:00Z', '2026-13-01T00:00:00Z'])('%s is no moment', (text) => {
		expect(checkMoment(text, 'utc')).toMatchObject({ ok: false, limit: 'date-format' });
	});
});

describe('limit number-format', () => {
	test.each([
		[12.5, 12.5],
		[-0, 0],
		['  42 ', 42],
		['-1234.50', -1234.5],
		['1e3', 1000],
	])('%p is %p', (value, number) => {
		expect(checkNumber(value)).toEqual({ ok: true, value: number });
	});

	test.each([
		'1,234',
		'1 234',
		'12 %',
		'€ 5',
		'',
		'0x10',
		'Infinity',
		'1e999',
		Number.NaN,
		null,
		true,
	])('%p is refused', (value) =>
		expect(checkNumber(value)).toMatchObject({ ok: false, limit: 'number-format' }),
	);
});

test.each([
	['x'.repeat(43), 'text, 43 characters'],
	['é', 'text, 1 character'],
	['👩', 'text, 1 character'],
	['1234', 'digits, 4'],
	['', 'nothing'],
	[null, 'nothing'],
	[7, 'number'],
	[true, 'yes/no value'],
	[['a'], 'list, 1 item'],
	[{ street: 'x' }, 'object'],
])('the shape of %p is "%s"', (value, shape) => {
	expect(shapeOf(value)).toBe(shape);
});

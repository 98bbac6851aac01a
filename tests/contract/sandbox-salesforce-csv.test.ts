import { readContactsCsv } from '../../sandbox/salesforce-org/csv.ts';

const refusal = (text: string): string => {
	try {
		readContactsCsv(text);
	} catch (error) {
		return (error as Error).message;
	}
	return 'accepted';
};

test.each([',', ';', '\t'])('headings in any case, BOM, CRLF, delimiter "%s"', (mark) => {
	const lines = [
		`lastname${mark}EMAIL${mark}Shoe`,
		`Ada${mark}a@b.example${mark}44`,
		`"O${mark}Neill\nJr"${mark}${mark}`,
	];
	expect(readContactsCsv(`\uFEFF${lines.join('\r\n')}\r\n`)).toEqual({
		accepted: [{ LastName: 'Ada', Email: 'a@b.example' }, { LastName: `O${mark}Neill\nJr` }],
		refused: [],
		ignoredColumns: ['Shoe'],
	});
});

test('rows that Salesforce would refuse are told with its code, never with their value', () => {
	const rows = [
		'LastName,Email,Birthdate,FirstName,HasOptedOutOfEmail,CleanStatus',
		',a@b.example,,,,',
		'Two,not-an-email,,,,',
		'Three,,31.12.1990,,,',
		`Four,,,${'x'.repeat(41)},,`,
		'Five,,,,perhaps,',
		'Six,,,,,Unheard',
		'Seven,b.levy@expressl&t.net,1990-12-31,,TRUE,',
	];
	const { accepted, refused } = readContactsCsv(rows.join('\n'));
	expect(accepted).toEqual([
		{
			LastName: 'Seven',
			Email: 'b.levy@expressl&t.net',
			Birthdate: '1990-12-31',
			HasOptedOutOfEmail: 'true',
		},
	]);
	expect(refused.map(({ row, code, field }) => [row, code, field])).toEqual([
		[2, 'REQUIRED_FIELD_MISSING', 'LastName'],
		[3, 'INVALID_EMAIL_ADDRESS', 'Email'],
		[4, 'JSON_PARSER_ERROR', 'Birthdate'],
		[5, 'STRING_TOO_LONG', 'FirstName'],
		[6, 'JSON_PARSER_ERROR', 'HasOptedOutOfEmail'],
		[7, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'CleanStatus'],
	]);
	const told = refused.map(({ message }) => message).join();
	expect(told).not.toMatch(/not-an-email|31\.12\.1990|xxx|perhaps|Unheard/);
});

test('fields that the user cannot write, and references to another organisation, are ignored', () => {
	const { ignoredColumns } = readContactsCsv(
		'Id,LastName,AccountId,OwnerId,CreatedDate,Full_Title__c\n003,A,001,005,2020-01-01,x\n',
	);
	expect(ignoredColumns).toEqual(['Id', 'AccountId', 'OwnerId', 'CreatedDate', 'Full_Title__c']);
});

test('what is no such file is refused in one sentence', () => {
	expect(refusal('')).toBe('The CSV file is empty.');
	expect(refusal(' \r\n')).toBe('The CSV file is empty.');
	expect(refusal('LastName,Email,lastname\nA,,B\n')).toBe(
		'The CSV file has two columns for LastName.',
	);
	expect(refusal('Shoe,Shoe\n1,2\n')).toContain('is a field of a Salesforce Contact');
	expect(refusal('LastName,Email\n"A,b@c.example\n')).toMatch(
		/^The CSV file cannot be read: a quoted value is never closed/,
	);
	expect(refusal('LastName,Email\nA\n')).toContain('more or fewer values than there are headings');
	expect(refusal('LastName\nA"b\n')).toContain('the quotes are not right');
});

test('a heading alone is a file without contacts', () => {
	expect(readContactsCsv('LastName,Email')).toEqual({
		accepted: [],
		refused: [],
		ignoredColumns: [],
	});
});

import { runQuery } from '../../sandbox/salesforce-org/query.ts';
import { Organization } from '../../sandbox/salesforce-org/organization.ts';
import { keysetQuery, newestQuery } from '../../sync/changes/soql.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
let now = NOW;
let organization: Organization;

const names = (soql: string, all = false): unknown[] =>
	runQuery(organization, soql, all, '67.0').records.map(
		(record) => (record as { LastName?: unknown }).LastName,
	);

/** Code and message of the refusal. */
function refusal(soql: string): string {
	try {
		runQuery(organization, soql, false, '67.0');
	} catch (error) {
		const { errorCode, message } = (error as { error: { errorCode: string; message: string } })
			.error;
		return `${errorCode} ${message}`;
	}
	return 'accepted';
}

const where = (condition: string): unknown[] =>
	names(`SELECT LastName FROM Contact WHERE ${condition} ORDER BY LastName`);

beforeEach(() => {
	now = NOW;
	organization = new Organization({ now: () => now, after: () => undefined });
	const account = organization.insert('Account', { Name: 'Acme' });
	organization.insert('Contact', {
		LastName: 'Abel',
		FirstName: 'Ada',
		Email: 'ada@a.example',
		AccountId: account.id,
		Birthdate: '1990-01-02',
	});
	organization.insert('Contact', { LastName: "O'Neill", Phone: '100%', DoNotCall: true });
	organization.insert(
		'Contact',
		{ LastName: 'zorn', FirstName: 'Zoë', Languages__c: 'de' },
		{ at: NOW - 40 * 86_400_000 },
	);
});

test.each([
	["LastName = 'ABEL'", ['Abel']],
	["LastName != 'abel'", ["O'Neill", 'zorn']],
	["LastName = 'O\\'Neill'", ["O'Neill"]],
	["LastName IN ('abel', 'zorn')", ['Abel', 'zorn']],
	["LastName NOT IN ('abel', 'zorn')", ["O'Neill"]],
	["LastName LIKE '%e%'", ['Abel', "O'Neill"]],
	["Phone LIKE '%0\\%'", ["O'Neill"]],
	["FirstName LIKE 'Zo_'", ['zorn']],
	['Email = null', ["O'Neill", 'zorn']],
	['Email != NULL', ['Abel']],
	['DoNotCall = TRUE', ["O'Neill"]],
	['Birthdate < 1990-01-03', ['Abel']],
	['CreatedDate = TODAY', ['Abel', "O'Neill"]],
	['CreatedDate < LAST_N_DAYS:30', ['zorn']],
	['CreatedDate = THIS_MONTH', ['Abel', "O'Neill"]],
	['CreatedDate >= YESTERDAY', ['Abel', "O'Neill"]],
	['CreatedDate < 2026-11-01T00:00:00+02:00', ['zorn']],
	["Account.Name = 'acme'", ['Abel']],
	["NOT (LastName = 'Abel' OR LastName = 'zorn')", ["O'Neill"]],
	["(NOT LastName = 'Abel') AND Email = null", ["O'Neill", 'zorn']],
	["(LastName = 'Abel' AND FirstName = 'x') OR LastName = 'zorn'", ['zorn']],
])('%s', (condition, expected) => {
	expect(where(condition)).toEqual(expected);
});

test('what real SOQL refuses is refused with its words', () => {
	const contact = (condition: string): string =>
		refusal(`SELECT Id FROM Contact WHERE ${condition}`);
	expect(contact("LastName = 'a' AND Email = 'b' OR Phone = 'c'")).toBe(
		'MALFORMED_QUERY unexpected token: OR',
	);
	expect(contact("Description = 'a'")).toContain(
		"INVALID_FIELD \nSELECT Id FROM Contact WHERE Description = 'a'\n",
	);
	expect(contact("Description = 'a'")).toContain(
		"field 'Description' can not be filtered in a query call",
	);
	expect(contact("CreatedDate > '2026-01-01T00:00:00Z'")).toContain(
		'must be of type dateTime and should not be enclosed in quotes',
	);
	expect(contact('LastName = 5')).toContain('should be enclosed in quotes');
	expect(contact("Id = 'nonsense'")).toBe(
		'INVALID_QUERY_FILTER_OPERATOR invalid ID field: nonsense',
	);
	expect(contact("Id LIKE '003%'")).toContain('INVALID_QUERY_FILTER_OPERATOR');
	expect(contact("LastName INCLUDES ('a')")).toContain('INVALID_QUERY_FILTER_OPERATOR');
	expect(contact("(LastName = 'a'")).toContain('MALFORMED_QUERY');
	expect(refusal('SELECT Id, Nope__c FROM Contact')).toMatch(
		/^INVALID_FIELD \nSELECT Id, Nope__c FROM Contact\n {11}\^\nERROR at Row:1:Column:12\nNo such column 'Nope__c' on entity 'Contact'\. /,
	);
	expect(refusal('SELECT Id, FirstName, LastName FROM XYZZY')).toBe(
		"INVALID_TYPE \nSELECT Id, FirstName, LastName FROM XYZZY\n                                    ^\nERROR at Row:1:Column:37\nsObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
	);
});

test('a hidden field is as good as none', () => {
	organization.schema.hide('Contact', 'Email');
	expect(refusal('SELECT Email FROM Contact')).toContain('INVALID_FIELD');
	expect(refusal('SELECT Id FROM Contact WHERE Email = null')).toContain("No such column 'Email'");
});

test('sorting, offset, counts', () => {
	expect(names('SELECT LastName FROM Contact ORDER BY FirstName DESC NULLS LAST LIMIT 2')).toEqual([
		'zorn',
		'Abel',
	]);
	expect(names('SELECT LastName FROM Contact ORDER BY FirstName, LastName OFFSET 1')).toEqual([
		'Abel',
		'zorn',
	]);
	expect(runQuery(organization, 'SELECT COUNT() FROM Contact', false, '67.0').count).toBe(3);
	expect(
		runQuery(organization, 'SELECT COUNT(Id) FROM Contact', false, '67.0').records,
	).toMatchObject([{ expr0: 3 }]);
});

test('pages by (SystemModstamp, Id) give every record once although thousands share a second', () => {
	for (let n = 0; n < 2500; n += 1) organization.insert('Contact', { LastName: 'Tie' });
	const seen: string[] = [];
	for (;;) {
		const last = seen.at(-1);
		const after = last === undefined ? undefined : { systemModstamp: stampOf(last), id: last };
		const soql = keysetQuery({ object: 'Contact', fields: ['Id'], after, limit: 300 });
		const page = runQuery(organization, soql, true, '67.0').records as Array<{ Id: string }>;
		seen.push(...page.map(({ Id }) => Id));
		if (page.length < 300) break;
	}
	expect(seen).toHaveLength(2503);
	expect(new Set(seen).size).toBe(2503);
});

const stampOf = (id: string): string =>
	new Date(organization.find('Contact', id)?.modifiedAt ?? 0).toISOString();

test('the newest come first, by stamp and id', () => {
	now += 5000;
	const latest = organization.insert('Contact', { LastName: 'Latest' });
	const soql = newestQuery({ object: 'Contact', fields: ['LastName'], limit: 2 });
	expect(names(soql)).toEqual([latest.values['LastName'], "O'Neill"]);
});

test('listed ids come in the order that is asked for', () => {
	const ids = [...organization.table('Contact').all()].map(({ id }) => `'${id}'`).join(',');
	expect(
		names(`SELECT LastName FROM Contact WHERE Id IN (${ids}) ORDER BY SystemModstamp, Id`),
	).toEqual(['zorn', 'Abel', "O'Neill"]);
});

test('a record that was taken back to its former stamp is found once', () => {
	const [row] = [...organization.table('Contact').all()];
	if (!row) throw new Error('no contact');
	now += 60_000;
	organization.transaction(() => {
		organization.change(row, { values: { LastName: 'Changed' } });
		organization.insert('Contact', { LastName: 'New' });
		return false;
	});
	expect(names('SELECT LastName FROM Contact ORDER BY SystemModstamp, Id')).toEqual([
		'zorn',
		'Abel',
		"O'Neill",
	]);
});

test('edits beyond counting keep the order and lose nothing', () => {
	const rows = [...organization.table('Contact').all()];
	for (let n = 0; n < 3000; n += 1) {
		now += 1000;
		const row = rows[n % rows.length];
		if (row) organization.change(row, { values: { LastName: String(n) } });
	}
	expect(names('SELECT LastName FROM Contact ORDER BY SystemModstamp, Id')).toEqual([
		'2997',
		'2998',
		'2999',
	]);
});

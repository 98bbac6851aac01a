import { emailEdits } from '../../sync/limits/checks/bulk-email-edit.ts';
import { checkLength } from '../../sync/limits/checks/length.ts';
import { emptyRequiredRows } from '../../sync/limits/checks/required-in-brevo.ts';

describe('A bulk edit of the Email field of several Salesforce contacts is not reproduced in Brevo', () => {
	const edit = (recordId: string, modifiedBy: string, second: number) => ({
		recordId,
		modifiedBy,
		systemModstamp: `2026-11-23T10:00:0${second}Z`,
	});

	const editedTogether = (changes: ReadonlyArray<ReturnType<typeof edit>>) =>
		[...emailEdits(changes).values()].map((ids) => [...ids]).filter((ids) => ids.length > 1);

	test('several addresses changed by one user in one second are a bulk edit', () => {
		const changes = [
			edit('1', 'ann', 0),
			edit('2', 'ann', 0),
			edit('3', 'ann', 1),
			edit('4', 'bob', 0),
		];
		expect(editedTogether(changes)).toEqual([['1', '2']]);
	});

	test('one record that comes twice is not', () => {
		expect(editedTogether([edit('1', 'ann', 0), edit('1', 'ann', 0)])).toEqual([]);
		expect(editedTogether([])).toEqual([]);
	});
});

describe('A first name of more than 40 characters is not reproduced in the Salesforce lead', () => {
	const firstName = { name: 'FirstName', length: 40 };

	test('40 characters fit, 41 do not, however many bytes they take', () => {
		expect(checkLength('é'.repeat(40), firstName, 'Lead')).toMatchObject({ ok: true });
		expect(checkLength('👩'.repeat(40), firstName, 'Lead')).toMatchObject({ ok: true });
		expect(checkLength('é'.repeat(41), firstName, 'Lead')).toEqual({
			ok: false,
			limit: 'lead-first-name',
			shape: 'text, 41 characters',
		});
	});

	test('elsewhere it is limit value-too-long; a type without a length takes anything', () => {
		const long = 'x'.repeat(81);
		expect(checkLength(long, firstName, 'Contact')).toMatchObject({ limit: 'value-too-long' });
		expect(checkLength(long, { name: 'LastName', length: 80 }, 'Lead')).toMatchObject({
			limit: 'value-too-long',
		});
		expect(checkLength(long, { name: 'Birthdate', length: 0 }, 'Lead').ok).toBe(true);
	});
});

describe('If Last name or Company are empty in Brevo, no change is reproduced in Salesforce', () => {
	const lastName = { attribute: 'NOM', field: 'LastName' };
	const company = { attribute: 'ENTREPRISE', field: 'Company' };
	const rows = [{ attribute: 'PRENOM', field: 'FirstName' }, lastName, company];

	test('either one is enough, and blanks are empty', () => {
		expect(emptyRequiredRows({ NOM: 'Durand', ENTREPRISE: ' ' }, rows)).toEqual([company]);
		expect(emptyRequiredRows({}, rows)).toEqual([lastName, company]);
	});

	test('filled, or not mapped, they hold nothing back; a first name may be empty', () => {
		expect(emptyRequiredRows({ NOM: 'Durand', ENTREPRISE: 'ACME', PRENOM: '' }, rows)).toEqual([]);
		expect(emptyRequiredRows({}, [])).toEqual([]);
	});
});

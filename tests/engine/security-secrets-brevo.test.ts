/** @jest-environment-options {"anew": true} */
import './log-all.ts';
import {
	everything,
	executionsOf,
	found,
	LATER,
	PERSON,
	Planted,
	shown,
	VALUES,
} from './planted.ts';
import { BACK, backTemplate, BREVO } from './scene.ts';

const STATUSES = [400, 401, 402, 403, 404, 405, 409, 422, 425, 429, 500, 502, 503];
/** As Brevo does with a 429; so long that nobody waits for it. */
const headers = { 'x-sib-ratelimit-remaining': '0', 'x-sib-ratelimit-reset': '3600' };

describe('secrets and contact values that Brevo quotes', () => {
	let planted: Planted;
	beforeEach(async () => {
		planted = await Planted.open();
	});
	afterEach(async () => {
		await planted.close();
	});

	const refusal = (code = 'invalid_parameter') => ({ code, message: planted.echo });

	it.each(STATUSES)('in a %d to a contact', async (status) => {
		planted.quoting({
			service: 'brevo',
			method: 'POST',
			path: '^/v3/contacts$',
			status,
			...(status === 429 && { headers }),
			body: { ...refusal(), metadata: { all: planted.echo } },
		});
		await planted.nothingLeaks(await planted.round());
	});

	it.each(STATUSES)('in a %d to everything', async (status) => {
		planted.quoting({
			service: 'brevo',
			status,
			...(status === 429 && { headers }),
			body: refusal('unauthorized'),
		});
		await planted.nothingLeaks(await planted.round());
	});

	it('as the identifiers of another contact', async () => {
		planted.quoting({
			service: 'brevo',
			method: 'POST',
			path: '^/v3/contacts$',
			status: 400,
			body: {
				code: 'duplicate_parameter',
				message: `Unable to create contact, ${PERSON.Email} is already associated with another Contact`,
				metadata: { duplicate_identifiers: ['email', PERSON.Email] },
			},
		});
		await planted.nothingLeaks(await planted.round());
	});

	it.each([
		['HTML', 'text/html', (quote: string) => `<html>${quote}</html>`],
		['text', 'text/plain', (quote: string) => quote],
		['half of a JSON', 'application/json', (quote: string) => `[{"a": ${quote} oops}]`],
	])('as %s instead of an answer', async (_, type, form) => {
		const body = form(JSON.stringify({ message: planted.echo }));
		planted.quoting({ service: 'brevo', status: 200, headers: { 'content-type': type }, body });
		await planted.nothingLeaks(await planted.round());
	});

	it.each(['drop-before', 'drop-after', 'truncate', 'html'] as const)(
		'%s in the middle of everything',
		async (kind) => {
			planted.quoting({ service: 'brevo', kind, skip: 3 });
			await planted.nothingLeaks(await planted.round());
		},
	);

	it('in a 400 to the look at a contact, on the way back', async () => {
		await planted.round();
		planted.scene.sandbox.brevo.admin.edit({ ext_id: planted.id, attributes: LATER });
		await planted.scene.hint(planted.id);
		planted.quoting({
			service: 'brevo',
			method: 'GET',
			path: '/v3/contacts/',
			status: 400,
			body: refusal(),
		});
		const seen = await planted.round(backTemplate(), BACK);
		expect(seen.failed).not.toEqual([]);
		await planted.nothingLeaks(seen);
	});

	describe('by import', () => {
		const imports = () => planted.scene.requests(/contacts\/import/);
		beforeEach(() => {
			for (let n = 0; n < 60; n += 1)
				planted.scene.sandbox.salesforce.admin.create({
					object: 'Contact',
					values: { LastName: `${PERSON.LastName} ${n}`, Email: `n${n}.${PERSON.Email}` },
				});
		});

		it('that goes well', async () => {
			const seen = await planted.round();
			expect(imports()).toBe(1);
			await planted.nothingLeaks(seen);
		});

		it('that is refused', async () => {
			const path = 'contacts/import';
			planted.quoting({ service: 'brevo', path, status: 400, body: refusal() });
			await planted.nothingLeaks(await planted.round());
		});

		it('that fails', async () => {
			planted.scene.sandbox.brevo.admin.importSpeed({ msPerImport: 1, failNext: true });
			const seen = await planted.round();
			expect(imports()).toBeGreaterThan(0);
			await planted.nothingLeaks(seen);
		});

		it('whose reject file quotes the row of a contact that another’s phone number is in the way of', async () => {
			planted.scene.sandbox.brevo.admin.create({
				email: 'taken@planted-mail.example',
				attributes: { SMS: '+33699887766' },
			});
			const seen = await planted.round();
			expect(imports()).toBe(1);
			expect(Object.values(await planted.scene.rejections())).toContain(1);
			await planted.nothingLeaks(seen);
		});
	});

	it.each(['get', 'delete'])('%s by e-mail in other people’s workflows', async (operation) => {
		planted.quoting({ service: 'brevo', path: '/v3/contacts/', status: 400, body: refusal() });
		const { identifierType, identifier } = { identifierType: 'email_id', identifier: PERSON.Email };
		const parameters = { resource: 'contact', operation, identifierType, identifier };
		const run = await planted.scene.runNode(BREVO, parameters, [{}]);
		// What is refused stays: the one operation fails, the other says so in its item.
		if (operation === 'get') expect(run.error?.message).toMatch(/^Brevo refused/);
		else expect(run.json(BREVO)).toEqual([{ deleted: false, result: 'refused' }]);
		const all = [...VALUES, ...(await planted.secrets())];
		expect(found(everything(shown(run.error)), all)).toEqual([]);
		if (operation === 'delete') expect(found(executionsOf([run]), all)).toEqual([]);
	});
});

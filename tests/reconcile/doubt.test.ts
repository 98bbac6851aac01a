import type { Tamper } from '../both-ways/world.ts';
import { ALL, useField } from './field.ts';

/** Removes whatever it can. */
const EAGER = { ...ALL, vanished: 'remove' as const };

type Json = Record<string, unknown>;

/** Changes the JSON of answers to requests that fit. */
const spoiled =
	(method: string, path: RegExp, change: (body: Json, url: string) => unknown): Tamper =>
	(request, answer) => {
		const { pathname } = new URL(request.url);
		if (request.method !== method || !path.test(pathname) || answer.status >= 300) return answer;
		return {
			...answer,
			body: JSON.stringify(change(JSON.parse(answer.body) as Json, request.url)),
		};
	};
const recordsOf = ({ records }: Json): Json[] =>
	Array.isArray(records) ? (records as Json[]) : [];
const soql = (url: string): string => new URL(url).searchParams.get('q') ?? '';

describe('nothing is deleted on doubt (I5)', () => {
	const desk = useField();
	let ids: string[];
	beforeEach(async () => {
		ids = desk.field.people(12);
		await desk.field.carry();
		await desk.field.missed();
	});

	/** Whatever is answered, everything stays in its place, and is so for the next look as well. */
	async function expectUntouched(tamper: Tamper | undefined): Promise<void> {
		const { field } = desk;
		const [before, tasks] = [field.brevo(), await field.world.tasks()];
		field.world.tamper = tamper;
		const outcome = await field.world.reconcile(EAGER).catch((error: unknown) => error);
		await field.carry().catch(() => undefined);
		field.world.tamper = undefined;
		expect(field.brevo()).toEqual(before);
		// What was marked for another look is looked at without doubt.
		await field.carry();
		expect(field.brevo()).toEqual(before);
		expect(ids.every((id) => field.isListed(id))).toBe(true);
		expect(await field.world.tasks()).toBe(tasks);
		if (!(outcome instanceof Error)) expect(outcome).toMatchObject({ repair: { held: 0 } });
	}

	test('Salesforce answers every query with no record', async () => {
		const empty = (body: Json): Json => ({ ...body, records: [], totalSize: 0, done: true });
		await expectUntouched(spoiled('GET', /\/query(All)?$/, empty));
	});

	test('Salesforce answers with half of the records, again and again', async () => {
		const half = (body: Json, url: string): Json =>
			/COUNT|IN \(/.test(soql(url))
				? body
				: { ...body, records: recordsOf(body).filter((_, index) => index % 2 === 0) };
		await expectUntouched(spoiled('GET', /\/query(All)?$/, half));
	});

	test('Salesforce gives no record that is asked for by its id', async () => {
		const lost = ids.slice(0, 4);
		const without = (body: Json, url: string): Json =>
			/IN \(/.test(soql(url))
				? { ...body, records: [] }
				: { ...body, records: recordsOf(body).filter(({ Id }) => !lost.includes(String(Id))) };
		await expectUntouched(spoiled('GET', /\/query(All)?$/, without));
	});

	test('Salesforce breaks off', async () => {
		for (const body of ['', '<html>', '[{"errorCode":"SERVER_UNAVAILABLE"}]', '{"records":[']) {
			await expectUntouched(({ url }, answer) =>
				/\/query/.test(url) ? { ...answer, status: body === '' ? 503 : 200, body } : answer,
			);
		}
	});

	test('Salesforce answers that the user may not read contacts', async () => {
		const body = '[{"errorCode":"INVALID_TYPE","message":"sObject type is not supported"}]';
		await expectUntouched(({ url }, answer) =>
			/\/query/.test(url) ? { ...answer, status: 400, body } : answer,
		);
	});

	test('Brevo says that it has no contacts', async () => {
		await expectUntouched(spoiled('GET', /\/contacts$/, () => ({ contacts: [], count: 0 })));
	});

	test('Brevo gives fewer contacts than it counts, or counts fewer', async () => {
		const half = ({ contacts, count }: Json): Json => ({
			contacts: (contacts as Json[]).filter((_, index) => index % 2 === 0),
			count,
		});
		await expectUntouched(spoiled('GET', /\/contacts$/, half));
		await expectUntouched(spoiled('GET', /\/contacts$/, (body) => ({ ...half(body), count: 6 })));
	});

	test('Brevo breaks off', async () => {
		for (const body of ['', '<html>', '{"contacts":[]}', '{"contacts":[{}],"count":1}']) {
			await expectUntouched(({ method, url }, answer) =>
				method === 'GET' && /\/contacts\?/.test(url)
					? { ...answer, status: body === '' ? 503 : 200, body }
					: answer,
			);
		}
	});
});

describe('what a count finds is read again', () => {
	const desk = useField();

	test('an answer that has lost records is mended where its stretch does not fit', async () => {
		const { field } = desk;
		const hidden = field.create({ LastName: 'Hidden', Email: 'hidden@example.com' });
		const share = (shared: boolean) =>
			field.world.salesforce.admin.share({ object: 'Contact', id: hidden, shared });
		share(false);
		field.people(12);
		await field.carry();
		await field.missed();
		share(true);
		let spoils = 1;
		field.world.tamper = spoiled('GET', /\/query$/, (body, url) => {
			if (/COUNT/.test(soql(url)) || spoils === 0) return body;
			spoils -= 1;
			return { ...body, records: recordsOf(body).slice(3) };
		});
		const report = await field.world.reconcile();
		expect(spoils).toBe(0);
		expect(report).toMatchObject({
			...{ total: 1, differences: { missing: 1 } },
			salesforce: { records: 13, misfit: 0 },
		});
	});

	test('contacts are not called missing while Brevo counts more than it gave', async () => {
		const { field } = desk;
		const ids = field.people(60);
		await field.carry();
		await field.missed();
		// One of 41 is there, and not among those that are asked for.
		const [, hidden = ''] = ids;
		for (const id of [ids[0] ?? '', ...ids.slice(2, 41)]) field.editInBrevo(id, { delete: true });
		const isHidden = ({ attributes }: Json): boolean => (attributes as Json)['EXT_ID'] === hidden;
		field.world.tamper = spoiled('GET', /\/contacts$/, ({ contacts, count }) => ({
			contacts: (contacts as Json[]).filter((contact) => !isHidden(contact)),
			count,
		}));
		expect(await field.world.reconcile(ALL)).toMatchObject({
			...{ total: 0, leftAlone: { unconfirmed: 41 }, brevo: { isWhole: false } },
		});
		field.world.tamper = undefined;
		expect((await field.world.reconcile(ALL)).differences).toMatchObject({ missing: 40 });
	});

	test('what does not fit even then is told', async () => {
		const { field } = desk;
		field.people(12);
		await field.carry();
		await field.missed();
		field.world.tamper = spoiled('GET', /\/query$/, (body, url) =>
			/COUNT/.test(soql(url)) ? { ...body, totalSize: 15 } : body,
		);
		expect(await field.world.reconcile()).toMatchObject({
			total: 0,
			salesforce: { records: 12, misfit: 3 },
		});
	});
});

import type { Fault } from '../../sandbox/faults.ts';
import { back } from './back-round.ts';
import { told } from './refusal.ts';
import { Person } from './person.ts';
import { Rounds } from './rounds.ts';
import {
	backTemplate,
	INTEGRATION,
	SALESFORCE,
	Scene,
	STREAM,
	template,
	TRIGGER,
} from './scene.ts';

const refused = (message: string, fault: Partial<Fault> = {}): Fault => ({
	kind: 'status',
	service: 'salesforce',
	times: 1_000,
	status: 403,
	body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message }],
	...fault,
});
/** One code, two meanings. */
const DAILY = 'TotalRequests Limit exceeded.';
const BUSY = 'ConcurrentPerOrgLongTxn Limit exceeded.';

describe('Salesforce’s limits on requests', () => {
	let scene: Scene;
	let rounds: Rounds;
	beforeEach(async () => {
		scene = await Scene.open();
		rounds = new Rounds(scene);
	});
	afterEach(async () => {
		await scene.close();
		jest.restoreAllMocks();
	});

	const uses = (used: number): void => {
		scene.sandbox.salesforce.admin.setLimit({ limit: 1_000, used });
	};
	const integration = async () =>
		await scene.withLedger(async ({ integrations }) => await integrations.get(INTEGRATION));

	describe('the share that is left to others', () => {
		it('stops reading, is told once in plain words, and loses nothing', async () => {
			const active = await scene.publish();
			await rounds.rested();
			new Person(scene).edit({ LastName: 'Elder' });
			// What others use meanwhile shows in the answer to the next look.
			uses(940);
			await rounds.one();
			expect(await scene.activity()).toMatchObject({ written: 17 });
			const second = new Person(scene, 'Bond');
			second.edit({ LastName: 'Bonder' });
			const cheap = { 'GET /services/data/v67.0': 1 };
			expect([await rounds.one(), await rounds.one(), await rounds.one()]).toEqual([
				cheap,
				cheap,
				cheap,
			]);
			expect(active.failed).toHaveLength(1);
			const { message, description } = told(active.failed[0]);
			expect(message).toMatch(/has used 942 of its 1,000 API calls of the last 24 hours/);
			expect(description).toMatch(/at least every 15 minutes/);
			expect(await integration()).toMatchObject({ state: 'failing', failedRuns: 3 });
			expect(rounds.waits.slice(-3)).toEqual([5_000, 15_000, 60_000]);
			uses(300);
			expect(await rounds.one()).toMatchObject({ ...cheap, 'GET queryAll': 1 });
			expect(second.attribute('LASTNAME')).toBe('Bonder');
			expect(await scene.activity()).toMatchObject({ read: 22, written: 18, tasks: 18 });
			expect(await integration()).toMatchObject({ state: 'active', failedRuns: 0 });
		});

		it('is over for the ledger as well when the first look after it is a quiet one', async () => {
			await scene.publish();
			await rounds.rested();
			uses(950);
			await rounds.one();
			await rounds.one();
			expect(await integration()).toMatchObject({ state: 'failing' });
			uses(10);
			await rounds.one();
			expect(await integration()).toMatchObject({ state: 'active', failedRuns: 0 });
			expect(await integration()).not.toHaveProperty('lastError');
		});

		it('is the one that the trigger’s option says', async () => {
			uses(400);
			const active = await scene.publish(
				template({ [TRIGGER]: { options: { leaveForOthers: 60 } } }),
			);
			await rounds.rested();
			expect(scene.requests(/queryAll/)).toBe(0);
			expect(active.failed[0]?.message).toMatch(/the last 60 % are left to other programs/);
		});

		it('may be none: then all calls up to Salesforce’s own limit are used', async () => {
			uses(990);
			const active = await scene.publish(
				template({ [TRIGGER]: { options: { leaveForOthers: 0 } } }),
			);
			await rounds.rested();
			expect(active.runs.map(({ status }) => status)).toEqual(['success']);
			expect(active.failed).toEqual([]);
		});

		it('is looked at between two pages as well', async () => {
			uses(890);
			const options = { pageSize: 1, leaveForOthers: 10 };
			await scene.publish(template({ [TRIGGER]: { options } }));
			await rounds.rested();
			const { read } = await scene.activity();
			expect(read).toBeGreaterThan(0);
			expect(read).toBeLessThan(10);
			uses(10);
			await rounds.one();
			expect(await scene.activity()).toMatchObject({ read: 20, tasks: 16 });
		});
	});

	describe('on reading', () => {
		it.each([
			['the daily one', DAILY, /used up its Salesforce API requests of the last 24 hours/],
			['the one on long requests', BUSY, /Too many long-running requests/],
		])('%s is told once; the change comes when it is over', async (_, message, words) => {
			const active = await scene.publish();
			await rounds.rested();
			const person = new Person(scene);
			person.edit({ LastName: 'Elder' });
			scene.sandbox.faults.add(refused(message));
			// One call each: it is no use to knock again at once.
			expect([await rounds.one(), await rounds.one()]).toEqual([
				{ 'GET queryAll': 1 },
				{ 'GET queryAll': 1 },
			]);
			expect(active.failed.map((error) => error.message)).toEqual([expect.stringMatching(words)]);
			scene.sandbox.faults.clear();
			await rounds.one();
			expect(person.attribute('LASTNAME')).toBe('Elder');
		});
	});

	describe('on the way back', () => {
		const published = async (): Promise<Person[]> => {
			await scene.sync();
			const people = ['Young', 'Bond'].map((name) => new Person(scene, name));
			for (const person of people) person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
			return people;
		};

		it.each([
			['the daily one, met while reading', DAILY, '/query', 15],
			['the daily one, met while writing', DAILY, 'composite/sobjects', 15],
			['the one on long requests, met while reading', BUSY, '/query', 2],
			['the one on long requests, met while writing', BUSY, 'composite/sobjects', 2],
		])(
			'%s: the changes wait, nothing is rejected, and they come again',
			async (_, message, path, minutes) => {
				const people = await published();
				scene.sandbox.faults.add(refused(message, { path }));
				const { told: items } = await back(scene, people);
				expect(items).toHaveLength(2);
				for (const item of items)
					expect(item).toMatchObject({
						outcome: 'deferred',
						limit: 'salesforce-unavailable',
						reason: expect.stringContaining('REQUEST_LIMIT_EXCEEDED'),
					});
				expect(people.map(({ record }) => record['LastName'])).toEqual(['Young', 'Bond']);
				expect(await scene.rejections(STREAM)).toEqual({});
				expect(await scene.activity(STREAM)).toMatchObject({ written: 0, rejected: 0, tasks: 0 });
				scene.sandbox.faults.clear();
				rounds.later(minutes);
				await scene.syncBack(({ runs }) => runs.length > 0);
				expect(people.map(({ record }) => record['LastName'])).toEqual(['Elder', 'Elder']);
				expect(await scene.activity(STREAM)).toMatchObject({ written: 2, tasks: 2 });
			},
		);
	});

	it('records of one’s own: what was written before the limit is told, the rest is not sent', async () => {
		scene.sandbox.salesforce.admin.load({ contacts: 450 });
		const items = scene.sandbox.salesforce.admin
			.records({ object: 'Contact' })
			.slice(-450)
			.map(({ Id }) => ({ json: { Id } }));
		scene.sandbox.faults.add(refused(DAILY, { path: 'composite/sobjects', skip: 1 }));
		const base = backTemplate().nodes.find(({ name }) => name === SALESFORCE);
		if (!base) throw new Error('The template has no such node');
		const parameters = {
			...base.parameters,
			operation: 'update',
			recordSource: 'defined',
			recordId: '={{ $json.Id }}',
			values: { rows: [{ name: 'Title', value: 'Buyer' }] },
		};
		const node = { ...base, parameters, onError: 'continueRegularOutput' as const };
		const run = await scene.engine.run({ nodes: [node], connections: {} }, { input: items });
		const updated = run.json(SALESFORCE).map((item) => item['updated'] === true);
		expect(updated).toEqual(items.map((_, index) => index < 200));
		expect(scene.requests(/composite/)).toBe(2);
	});
});

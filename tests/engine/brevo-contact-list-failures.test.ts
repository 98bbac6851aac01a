import type { Fault } from '../../sandbox/faults.ts';
import { BREVO, Scene, template, withNode } from './scene.ts';
import { told } from './refusal.ts';

type Values = Record<string, unknown>;

const person = (n: number, more: Values = {}) => ({
	email: `person${n}@example.com`,
	ext_id: `ext-${n}`,
	attributes: { LASTNAME: `Name ${n}` },
	...more,
});
const people = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1));
const NOBODY = { email: '', ext_id: 'ext-0', attributes: {} };
const LIST = { list: { __rl: true, mode: 'name', value: 'List' } };
const WRITES = { service: 'brevo', method: 'POST', path: '^/v3/contacts$' } as const;

describe('Brevo Contact List, when something fails', () => {
	let scene: Scene;
	beforeEach(async () => {
		// Back-off takes its jitter from it: with none, repeats wait the least.
		jest.spyOn(Math, 'random').mockReturnValue(0);
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
		jest.restoreAllMocks();
	});

	const run = async (parameters: Values, items: readonly object[], more = {}) =>
		await scene.runNode(BREVO, parameters as never, items as never, more);
	const answers = (status: number, fault: Partial<Fault> = {}) => {
		const body = { code: 'by_the_test', message: 'By the test' };
		scene.sandbox.faults.add({ ...WRITES, kind: 'status', status, body, ...fault });
	};
	const outcomes = (items: readonly Values[]) => items.map(({ outcome }) => outcome);

	it.each([
		['deleted', /does not know the API key/, /Copy a v3 API key/],
		['deactivated', /key is deactivated/, /Activate the key/],
		['expired', /key has expired/, /Create a new key/],
		['ip', /IP address \(127\.0\.0\.1\)/, /Authorised IPs/],
	] as const)('a key that is refused (%s) is told with its cure', async (state, what, remedy) => {
		scene.sandbox.brevo.admin.key({ key: scene.brevoKey, state });
		const { error } = await run(LIST, [person(1)]);
		expect(told(error).message).toMatch(what);
		expect(told(error).description).toMatch(remedy);
		expect(JSON.stringify(error)).not.toContain(scene.brevoKey);
	});

	it('keeps to the rate that Brevo allows: waits instead of knocking, and all are written', async () => {
		scene.sandbox.brevo.admin.setLimits({ contactsPerSecond: 3 });
		const result = await run(LIST, people(6));
		expect(outcomes(result.json(BREVO))).toEqual(Array(6).fill('written'));
		const refused = scene.sandbox.log.latest().filter(({ status }) => status === 429);
		expect(refused.length).toBeLessThan(8);
	}, 15_000);

	it.each<Partial<Fault>>([
		{ kind: 'status', status: 503, times: 2 },
		{ kind: 'html' },
		{ kind: 'truncate' },
		{ kind: 'drop-before' },
		{ kind: 'drop-after' },
	])('an answer that is no answer ($kind) is asked for again: one contact', async (fault) => {
		answers(503, fault);
		const result = await run(LIST, [person(1)]);
		expect(scene.sandbox.faults.list().map(({ left }) => left)).toEqual([0]);
		expect(outcomes(result.json(BREVO))).toEqual(['written']);
		expect(scene.contacts()).toHaveLength(1);
	});

	it('stops promptly when the execution is cancelled, in the middle of a request', async () => {
		scene.sandbox.faults.add({ ...WRITES, kind: 'delay', times: 100, delayMs: 30_000 });
		const stop = new AbortController();
		const running = run(LIST, people(20), { signal: stop.signal });
		setTimeout(() => stop.abort(), 300);
		expect((await running).status).toBe('canceled');
		expect(scene.requests(/POST \/v3\/contacts$/)).toBeLessThan(20);
	});

	it('stops promptly when the execution is cancelled, while Brevo imports', async () => {
		scene.sandbox.brevo.admin.importSpeed({ neverFinish: true });
		const stop = new AbortController();
		const running = run(LIST, people(60), { signal: stop.signal });
		setTimeout(() => stop.abort(), 300);
		expect((await running).status).toBe('canceled');
		expect(scene.requests(/POST \/v3\/contacts\/import$/)).toBe(1);
	});

	it('stops promptly when the execution is cancelled, even where it goes on after errors', async () => {
		scene.sandbox.faults.add({
			...WRITES,
			method: 'GET',
			path: 'ext-',
			kind: 'delay',
			times: 100,
			delayMs: 30_000,
		});
		const stop = new AbortController();
		const get = { operation: 'get', identifierType: 'ext_id', identifier: '={{ $json.ext_id }}' };
		const more = { signal: stop.signal, onError: 'continueRegularOutput' };
		const running = run(get, people(50), more);
		setTimeout(() => stop.abort(), 300);
		expect((await running).status).toBe('canceled');
		expect(scene.requests(/GET/)).toBeLessThan(50);
	});

	it('an item of no sync that Brevo cannot take is not said to come again', async () => {
		answers(503, { skip: 2, times: 1_000 });
		const result = await run(LIST, people(3));
		expect(outcomes(result.json(BREVO)).sort()).toEqual(['deferred', 'written', 'written']);
		const [waits] = result.json(BREVO).filter(({ outcome }) => outcome === 'deferred');
		expect(waits?.['remedy']).toMatch(/nothing keeps it: send it again/);
	});

	it('and is an error where the node has an error output', async () => {
		answers(503, { skip: 2, times: 1_000 });
		const result = await run(LIST, people(3), { onError: 'continueErrorOutput' });
		expect(result.json(BREVO, 0)).toHaveLength(2);
		expect(result.json(BREVO, 1)).toMatchObject([
			{ error: expect.stringMatching(/Brevo could not take/), details: { outcome: 'deferred' } },
		]);
		expect(result.hints(BREVO)).toEqual([
			expect.stringMatching(/^2 written, 1 deferred; \d+ Brevo calls$/),
		]);
	});

	it('an item without address and number stops the run before anything is written', async () => {
		const lists = { list: { __rl: true, mode: 'name', value: '={{ "L" + $itemIndex }}' } };
		const result = await run(lists, [person(1), NOBODY]);
		expect(told(result.error).description).toMatch(/Put Map Contact Fields in front/);
		expect(scene.contacts()).toEqual([]);
	});

	it('or goes out as an error, when the node is to continue, and the others are written', async () => {
		const result = await run(LIST, [person(1), NOBODY, person(2)], {
			onError: 'continueErrorOutput',
		});
		expect(outcomes(result.json(BREVO, 0))).toEqual(['written', 'written']);
		const error =
			'The record has neither an e-mail address nor a mobile number in the mapped fields.';
		expect(result.json(BREVO, 1)).toMatchObject([{ error, details: { outcome: 'rejected' } }]);
		expect(result.items(BREVO, 1)[0]?.pairedItem).toEqual({ item: 1 });
		expect(scene.contacts()).toHaveLength(2);
	});

	it.each(['get', 'delete', 'removeFromList'])(
		'%s without an identifier is an error of its own item',
		async (operation) => {
			const identifier = '={{ $json.id }}';
			const parameters = { operation, ...LIST, identifierType: 'ext_id', identifier };
			const items = [{ id: '' }, { id: 'ext-1' }];
			const all = { ...parameters, extId: identifier };
			const stopped = await run(all, items);
			expect(told(stopped.error).message).toBe('The identifier of a contact is empty');
			const result = await run(all, items, { onError: 'continueErrorOutput' });
			expect(result.items(BREVO, 0).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
			expect(result.json(BREVO, 1)).toMatchObject([
				{ error: 'The identifier of a contact is empty', details: { remedy: expect.any(String) } },
			]);
			expect(result.hints(BREVO)).toEqual([
				expect.stringMatching(/^1 failed, 1 done; \d+ Brevo calls?$/),
			]);
		},
	);

	it('a contact that Brevo refuses leaves by the error output with its fields and the reason', async () => {
		answers(400);
		const workflow = withNode(template(), BREVO, { onError: 'continueErrorOutput' });
		const { runs } = await scene.sync(workflow);
		expect(runs[0]?.json(BREVO, 0)).toHaveLength(15);
		expect(runs[0]?.json(BREVO, 1)).toEqual([
			expect.objectContaining({
				email: expect.stringMatching(/@/),
				ext_id: expect.stringMatching(/^003/),
				error: expect.stringMatching(/Brevo refused the contact/),
				details: expect.objectContaining({ outcome: 'rejected', limit: 'brevo-refused' }),
			}),
		]);
		expect(await scene.activity()).toMatchObject({ written: 15, rejected: 5, tasks: 15 });
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'with %s a node that did nothing at all does not lose the page',
		async (onError) => {
			answers(401, { path: '^/v3/contacts/lists$', method: 'GET', times: 1_000 });
			const workflow = withNode(template(), BREVO, { onError });
			const { runs } = await scene.sync(workflow);
			expect(runs[0]?.status).toBe('success');
			expect(await scene.activity()).toMatchObject({ read: 0, excluded: 0 });
			scene.sandbox.faults.clear();
			await scene.sync(workflow);
			expect(scene.members()).toBe(16);
			expect(await scene.activity()).toMatchObject({ read: 20, written: 16, tasks: 16 });
		},
	);
});

import type { INodeParameters } from 'n8n-workflow';
import { atRest, back, tasksOf } from './back-round.ts';
import { PACKAGE, type WorkflowJson } from './harness.ts';
import { Person } from './person.ts';
import { GUARD, INTEGRATION, MAP, Scene, STREAM, template } from './scene.ts';

type Rule = 'salesforce' | 'brevo' | 'neverBlank' | 'newest';

/** The mapping with this rule for the job title. */
const ruled = (rule: Rule): WorkflowJson =>
	template({
		[MAP]: {
			defaultCountry: 'US',
			mapping: {
				rows: [
					{ attribute: 'EMAIL', field: 'Email' },
					{ attribute: '@LASTNAME', field: 'LastName' },
					{ attribute: 'SMS', field: 'MobilePhone' },
					{ attribute: 'JOB_TITLE', field: 'Title', rule },
				],
			},
		},
	});

/** Salesforce answers the next writes of one record like this. */
const refuseWrites = (scene: Scene, statusCode: string, message: string, times = 1): void => {
	scene.sandbox.faults.add({
		kind: 'status',
		service: 'salesforce',
		method: 'PATCH',
		path: 'composite/sobjects',
		status: 200,
		times,
		body: [{ success: false, errors: [{ statusCode, message, fields: ['LastName'] }] }],
	});
};

/** As somebody does at the desk. */
const approve = async (scene: Scene): Promise<void> => {
	const parameters = {
		salesforceAuthentication: 'clientCredentials',
		operation: 'approveRemovals',
		integration: { __rl: true, mode: 'name', value: INTEGRATION },
	};
	const desk = { name: 'Desk', type: `${PACKAGE}.contactSync`, parameters };
	const run = await scene.engine.run({ nodes: [desk], connections: {} }, { input: [{ json: {} }] });
	expect(run.error).toBeUndefined();
	expect(run.json('Desk')).toMatchObject([{ integration: INTEGRATION, approved: true }]);
};

describe('the way back', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const DELETING = { onDeletion: 'delete', options: { brakeNumber: 10, brakeShare: 100 } };

	it('a change of a mapped attribute arrives in Salesforce, for one task, and is at rest afterwards', async () => {
		await scene.sync();
		const person = new Person(scene);
		person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		const { told } = await back(scene, [person]);
		expect(told).toMatchObject([{ outcome: 'written', how: 'updated', written: ['LastName'] }]);
		expect(person.record['LastName']).toBe('Elder');
		expect(await scene.activity(STREAM)).toMatchObject({ read: 1, written: 1, tasks: 1 });
		await atRest(scene);
	});

	it('our own write is no change: what came from Salesforce does not go back', async () => {
		await scene.sync();
		const people = ['Young', 'Rogers'].map((name) => new Person(scene, name));
		for (const person of people) person.edit({ LastName: 'Later' });
		await scene.sync();
		await atRest(scene);
		for (const person of people) expect(person.attribute('LASTNAME')).toBe('Later');
	});

	it.each([
		{ rule: 'salesforce', inBrevo: 'Chief', winner: 'salesforce', ends: 'Buyer' },
		{ rule: 'brevo', inBrevo: 'Chief', winner: 'brevo', ends: 'Chief' },
		{ rule: 'brevo', inBrevo: '', winner: 'brevo', ends: null },
		{ rule: 'neverBlank', inBrevo: '', winner: 'salesforce', ends: 'Buyer' },
		{ rule: 'newest', inBrevo: 'Chief', winner: 'brevo', ends: 'Chief' },
	] as const)(
		'both sides changed, rule $rule: “$inBrevo” in Brevo ends as $ends, and the ledger names the attribute',
		async ({ rule, inBrevo, winner, ends }) => {
			const workflow = ruled(rule);
			await scene.sync(workflow);
			const person = new Person(scene);
			person.edit({ Title: 'Buyer' });
			scene.sandbox.clock.advance(60_000);
			person.editInBrevo({ attributes: { JOB_TITLE: inBrevo } });
			await back(scene, [person]);
			await scene.sync(workflow);
			expect(person.record['Title']).toBe(ends);
			expect(person.attribute('JOB_TITLE') ?? null).toBe(ends);
			const conflicts = await scene.withLedger(
				async (ledger) => await ledger.conflicts.list(INTEGRATION, 10),
			);
			expect(conflicts).toMatchObject([{ recordId: person.id, field: 'JOB_TITLE', winner }]);
			await atRest(scene, workflow);
		},
	);

	it('an opt-out in Brevo reaches Salesforce, and being allowed again there changes nothing', async () => {
		await scene.sync();
		const person = new Person(scene);
		person.editInBrevo({ emailBlacklisted: true });
		await back(scene, [person]);
		expect(person.record['HasOptedOutOfEmail']).toBe(true);
		person.editInBrevo({ emailBlacklisted: false });
		await atRest(scene);
		expect(person.record['HasOptedOutOfEmail']).toBe(true);
	});

	it('an opt-out in Salesforce reaches Brevo and outlives a new address', async () => {
		await scene.sync();
		const person = new Person(scene);
		person.edit({ HasOptedOutOfEmail: true });
		await scene.sync();
		expect(person.inBrevo['emailBlacklisted']).toBe(true);
		person.edit({ Email: 'renamed@example.com' });
		await scene.sync();
		expect(person.inBrevo).toMatchObject({
			email: 'renamed@example.com',
			emailBlacklisted: true,
		});
		person.edit({ HasOptedOutOfEmail: false });
		await scene.syncUntil(() => scene.requests(/query/) > 0);
		expect(person.inBrevo['emailBlacklisted']).toBe(true);
	});

	it('the address that Brevo makes up for a contact with a phone alone is never written to Salesforce', async () => {
		const workflow = ruled('salesforce');
		scene.sandbox.salesforce.admin.create({
			object: 'Contact',
			values: { LastName: 'Phoner', MobilePhone: '+1 212 555 2368' },
		});
		const person = new Person(scene, 'Phoner');
		await scene.sync(workflow);
		expect(person.inBrevo['email']).toMatch(/@mailin-sms\.com$/);
		person.editInBrevo({ attributes: { LASTNAME: 'Caller' } });
		await back(scene, [person]);
		expect(person.record).toMatchObject({ LastName: 'Caller', Email: null });
		await atRest(scene, workflow);
	});

	it('a deletion in Brevo deletes nothing in Salesforce unless that is chosen', async () => {
		await scene.sync();
		const person = new Person(scene);
		person.editInBrevo({ delete: true });
		const { told } = await back(scene, [person]);
		expect(told).toMatchObject([{ outcome: 'excluded' }]);
		expect(person.record['IsDeleted']).toBe(false);
		expect(await tasksOf(scene)).toBe(16);
	});

	it('a deletion whose webhook was lost is found by comparison', async () => {
		await scene.sync();
		const person = new Person(scene);
		person.editInBrevo({ delete: true });
		await back(scene, [], DELETING);
		expect(person.record['IsDeleted']).toBe(true);
		expect(scene.sandbox.salesforce.admin.records({ object: 'Contact' })).toHaveLength(19);
	});

	it('more deletions than the rule allows wait, alert once, and go through when approved', async () => {
		await scene.sync();
		const people = ['Stumuller', 'Young', 'Song'].map((name) => new Person(scene, name));
		for (const person of people) person.editInBrevo({ delete: true });
		const strict = { onDeletion: 'delete', options: { brakeNumber: 2, brakeShare: 100 } };
		const first = await back(scene, people, strict);
		expect(first.told.map((item) => item['outcome'])).toEqual(['deferred', 'deferred', 'deferred']);
		expect(first.alerts).toMatchObject([{ alert: 'removals', records: 3 }]);
		const second = await back(scene, people, strict);
		expect(second.alerts).toEqual([]);
		for (const person of people) expect(person.record['IsDeleted']).toBe(false);
		await approve(scene);
		const third = await back(scene, people, strict);
		expect(third.told.map((item) => item['outcome'])).toEqual(['written', 'written', 'written']);
		for (const person of people) expect(person.record['IsDeleted']).toBe(true);
	});

	it('a record that somebody else holds is tried again and written once', async () => {
		await scene.sync();
		const person = new Person(scene);
		person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		refuseWrites(scene, 'UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access');
		const { told } = await back(scene, [person]);
		expect(told).toMatchObject([{ outcome: 'written' }]);
		expect(person.record['LastName']).toBe('Elder');
		expect(await scene.activity(STREAM)).toMatchObject({ written: 1, tasks: 1 });
	});

	it('what a validation rule says stands in the item and not in the ledger', async () => {
		await scene.sync();
		const person = new Person(scene);
		const says = 'Elder is no name for a contact';
		person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		refuseWrites(scene, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', says, 9);
		const { told } = await back(scene, [person]);
		expect(told).toMatchObject([{ outcome: 'rejected', salesforceSays: says }]);
		const rejections = await scene.withLedger(
			async (ledger) => await ledger.pages.rejections(STREAM),
		);
		expect(rejections).toMatchObject([{ recordId: person.id }]);
		expect(JSON.stringify(rejections)).not.toContain('Elder');
		expect(await scene.activity(STREAM)).toMatchObject({ written: 0, tasks: 0 });
	});

	it('both directions share the quota: what is left over waits and comes with a higher limit', async () => {
		const limited = (monthlyLimit: number): INodeParameters => ({
			monthlyLimit,
			options: { reservedShare: 0 },
		});
		await scene.sync(template({ [GUARD]: limited(17) }));
		const people = ['Young', 'Rogers'].map((name) => new Person(scene, name));
		for (const person of people) person.editInBrevo({ attributes: { FIRSTNAME: 'Alex' } });
		const written = () => people.filter(({ record }) => record['FirstName'] === 'Alex');
		await back(scene, people, {}, limited(17));
		expect(written()).toHaveLength(1);
		expect(await tasksOf(scene)).toBe(17);
		await back(scene, [], {}, limited(18));
		expect(written()).toHaveLength(2);
		expect(await tasksOf(scene)).toBe(18);
	});
});

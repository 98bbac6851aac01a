import type { LedgerError } from '../../../sync/ledger/ledger.ts';
import { contactIntegration, START, useLedger, type Place } from './desk.ts';

const codeOf = async (attempt: Promise<unknown>) =>
	await attempt.then(
		() => 'no error',
		(error: unknown) => (error as LedgerError).code,
	);

export function registerIntegrationTests(place: Place): void {
	const desk = useLedger(place);

	it('an integration is taken up again by its workflow and keeps what it knows', async () => {
		const { integrations } = desk.ledger;
		await integrations.activate(contactIntegration);
		await integrations.bindBrevoAccount('Contacts', 'brevo-1');
		await integrations.deactivate('Contacts');
		expect(await integrations.activate({ ...contactIntegration, consentAt: START + 1 })).toEqual({
			...contactIntegration,
			consentAt: START + 1,
			brevoAccount: 'brevo-1',
			state: 'active',
			failedRuns: 0,
		});
		expect((await integrations.list()).map(({ name }) => name)).toEqual(['Contacts']);
		expect(await integrations.get('unknown')).toBeUndefined();
	});

	it('a second workflow with the same integration name is refused while the first runs', async () => {
		const { integrations } = desk.ledger;
		await integrations.activate(contactIntegration);
		await integrations.lease('Contacts', 'first', 1_000);
		const second = { ...contactIntegration, workflow: 'workflow-2' };
		expect(await codeOf(integrations.activate(second))).toBe('integration-taken');
		expect((await integrations.get('Contacts'))?.workflow).toBe('workflow-1');
		await integrations.deactivate('Contacts');
		expect((await integrations.activate(second)).workflow).toBe('workflow-2');
	});

	it('a workflow that died without being switched off gives its integration name free', async () => {
		const { integrations } = desk.ledger;
		await integrations.activate(contactIntegration);
		await integrations.lease('Contacts', 'first', 1_000);
		desk.clock.time += 1_000;
		const second = { ...contactIntegration, workflow: 'workflow-2' };
		expect((await integrations.activate(second)).workflow).toBe('workflow-2');
	});

	it('the same Salesforce account runs in at most five integrations over leads and contacts', async () => {
		const { integrations } = desk.ledger;
		const numbered = (number: number, object: 'Contact' | 'Lead' = 'Contact') => ({
			...contactIntegration,
			object,
			name: `No. ${number}`,
			workflow: `workflow-${number}`,
		});
		const run = async (integration: Parameters<typeof integrations.activate>[0]) => {
			await integrations.activate(integration);
			await integrations.lease(integration.name, 'owner', 1_000);
		};
		for (const number of [1, 2, 3]) await run(numbered(number));
		for (const number of [4, 5]) await run(numbered(number, 'Lead'));
		const sixth = integrations.activate(numbered(6));
		await expect(sixth).rejects.toThrow(/already has 5 .*No\. 1, No\. 2, No\. 3, No\. 4, No\. 5/);
		expect(await codeOf(sixth)).toBe('too-many-connections');
		await run(numbered(3));
		const elsewhere = { ...numbered(6), salesforceOrg: '00D000000000002AAA' };
		await run({ ...elsewhere, name: 'Other account' });
		await integrations.deactivate('No. 2');
		await run(numbered(6));
	});

	it('an integration keeps its object and its Salesforce organisation', async () => {
		const { integrations } = desk.ledger;
		await integrations.activate(contactIntegration);
		const lead = { ...contactIntegration, object: 'Lead' } as const;
		const elsewhere = { ...contactIntegration, salesforceOrg: '00D000000000002AAA' };
		expect(await codeOf(integrations.activate(lead))).toBe('object-changed');
		expect(await codeOf(integrations.activate(elsewhere))).toBe('org-changed');
	});

	it('failed runs are counted until a page is acknowledged', async () => {
		const { integrations, pages } = desk.ledger;
		await integrations.activate(contactIntegration);
		expect(await integrations.noteFailure('Contacts', 'Brevo does not answer')).toBe(1);
		expect(await integrations.noteFailure('Contacts', 'Brevo still does not answer')).toBe(2);
		expect(await integrations.get('Contacts')).toMatchObject({
			state: 'failing',
			failedRuns: 2,
			lastError: 'Brevo still does not answer',
		});
		const page = await pages.open('Contacts', 'changes', []);
		await pages.acknowledge({ integration: 'Contacts', page: page.id, seen: [] });
		const recovered = await integrations.get('Contacts');
		expect(recovered).toMatchObject({ state: 'active', failedRuns: 0 });
		expect(recovered).not.toHaveProperty('lastError');
	});

	it('a success without a page ends the failures, and does not switch an integration on', async () => {
		const { integrations } = desk.ledger;
		await integrations.activate(contactIntegration);
		await integrations.noteFailure('Contacts', 'Salesforce has no calls left');
		await integrations.noteSuccess('Contacts');
		const recovered = await integrations.get('Contacts');
		expect(recovered).toMatchObject({ state: 'active', failedRuns: 0 });
		expect(recovered).not.toHaveProperty('lastError');
		await integrations.deactivate('Contacts');
		await integrations.noteSuccess('Contacts');
		expect(await integrations.get('Contacts')).toMatchObject({ state: 'inactive' });
	});

	it('a page that is acknowledged late does not switch the integration on again', async () => {
		const { integrations, pages } = desk.ledger;
		await integrations.activate(contactIntegration);
		const page = await pages.open('Contacts', 'changes', []);
		await integrations.deactivate('Contacts');
		await pages.acknowledge({ integration: 'Contacts', page: page.id, seen: [] });
		expect((await integrations.get('Contacts'))?.state).toBe('inactive');
	});

	it('a lease has one owner until it ends or is given back', async () => {
		const { ledger, clock } = desk;
		const other = await desk.another();
		expect(await ledger.integrations.lease('Contacts', 'a', 1_000)).toBe(true);
		expect(await other.integrations.lease('Contacts', 'b', 1_000)).toBe(false);
		clock.time += 900;
		expect(await ledger.integrations.lease('Contacts', 'a', 1_000)).toBe(true);
		clock.time += 900;
		expect(await other.integrations.lease('Contacts', 'b', 1_000)).toBe(false);
		clock.time += 100;
		expect(await other.integrations.lease('Contacts', 'b', 1_000)).toBe(true);
		await ledger.integrations.releaseLease('Contacts', 'a');
		expect(await ledger.integrations.lease('Contacts', 'a', 1_000)).toBe(false);
		await other.integrations.releaseLease('Contacts', 'b');
		expect(await ledger.integrations.lease('Contacts', 'a', 1_000)).toBe(true);
	});

	it('a lease that was taken while the clock was a day ahead keeps nobody waiting', async () => {
		const { ledger, clock } = desk;
		const DAY = 86_400_000;
		clock.time += DAY;
		expect(await ledger.integrations.lease('Contacts', 'dead', 30_000)).toBe(true);
		clock.time -= DAY;
		expect(await ledger.integrations.lease('Contacts', 'next', 30_000)).toBe(true);
		// Two machines whose clocks differ a little still keep to it.
		clock.time -= 60_000;
		expect(await ledger.integrations.lease('Contacts', 'dead', 30_000)).toBe(false);
	});

	it('what is cached ends with its age', async () => {
		const { ledger, clock } = desk;
		await ledger.cache.set('account', '{"a":1}', 1_000);
		await ledger.cache.set('account', '{"a":2}', 1_000);
		expect(await ledger.cache.get('account')).toBe('{"a":2}');
		clock.time += 1_000;
		expect(await ledger.cache.get('account')).toBeUndefined();
	});

	it('the hash is keyed: the same in every process, another in every ledger', async () => {
		const same = await desk.another();
		expect(same.hash('x')).toBe(desk.ledger.hash('x'));
		expect(same.id).toBe(desk.ledger.id);
		expect(desk.ledger.hash('x')).toMatch(/^[0-9a-f]{64}$/);
		expect(desk.ledger.hash('x')).not.toBe(desk.ledger.hash('y'));
	});
}

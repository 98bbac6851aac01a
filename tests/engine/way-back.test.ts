import { SALESFORCE, Scene, STREAM } from './scene.ts';

type Values = Record<string, unknown>;

describe('a change in Brevo', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const salesforce = () => scene.sandbox.salesforce.admin;
	const brevo = () => scene.sandbox.brevo.admin;
	const record = (id: string): Values =>
		salesforce()
			.records({ object: 'Contact' })
			.find(({ Id }) => Id === id) ?? {};
	const idOf = (lastName: string): string =>
		String(
			salesforce()
				.records({ object: 'Contact' })
				.find(({ LastName }) => LastName === lastName)?.['Id'],
		);
	const editInBrevo = (id: string, edit: Values) => brevo().edit({ ext_id: id, ...edit });
	const pages = (count: number) => (active: { runs: readonly unknown[] }) =>
		active.runs.length >= count;

	it('of a mapped attribute arrives in Salesforce, for one task, and is at rest afterwards', async () => {
		await scene.sync();
		const id = idOf('Young');
		editInBrevo(id, { attributes: { LASTNAME: 'Elder' } });
		const { runs } = await scene.syncBack(pages(1));
		expect(runs[0]?.json(SALESFORCE)).toMatchObject([
			{ outcome: 'written', how: 'updated', written: ['LastName'] },
		]);
		expect(record(id)).toMatchObject({ LastName: 'Elder' });
		expect(await scene.activity(STREAM)).toMatchObject({ read: 1, written: 1, tasks: 1 });
	});
});

import type { WorkflowJson } from './harness.ts';
import { HELP_PAGE_LIMITS } from '../../sync/limits/help-page.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import { atRest, back } from './back-round.ts';
import { Person } from './person.ts';
import { MAP, rows, Scene, STREAM, template, TRIGGER } from './scene.ts';

type HelpPageId = keyof typeof HELP_PAGE_LIMITS;

const MAPPED = { EMAIL: 'Email', '@LASTNAME': 'LastName', '@FIRSTNAME': 'FirstName' };
const there = (
	pairs: Record<string, string> = MAPPED,
	object: SalesforceObject = 'Contact',
): WorkflowJson =>
	template({ [MAP]: { ...rows(pairs), defaultCountry: 'US', object }, [TRIGGER]: { object } });

const LEADS = there({ ...MAPPED, COMPANY: 'Company' }, 'Lead');

const CHECKS: Partial<Record<HelpPageId, (scene: Scene) => Promise<void>>> = {
	'born-in-brevo': async (scene) => {
		await scene.sync(there());
		const young = new Person(scene);
		scene.sandbox.brevo.admin.create({
			email: 'born@example.com',
			attributes: { LASTNAME: 'Native' },
		});
		young.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		await back(scene, [young]);
		const { admin } = scene.sandbox.salesforce;
		expect(young.record['LastName']).toBe('Elder');
		const names = admin.records({ object: 'Contact' }).map(({ LastName }) => LastName);
		expect(names).not.toContain('Native');
		expect(names).toHaveLength(20);
		expect(scene.contacts().map(({ email }) => email)).toContain('born@example.com');
	},

	'date-format': async (scene) => {
		await scene.sync(there({ ...MAPPED, JOB_TITLE: 'Birthdate' }));
		const person = new Person(scene);
		person.editInBrevo({ attributes: { JOB_TITLE: '25.09.1990', LASTNAME: 'Elder' } });
		const { refused } = await back(scene, [person]);
		expect(refused).toMatchObject([{ outcome: 'rejected', reasons: [{ limit: 'date-format' }] }]);
		expect(person.record).toMatchObject({ LastName: 'Young', Birthdate: null });
		person.editInBrevo({ attributes: { JOB_TITLE: '1990-09-25' } });
		await back(scene, [person]);
		expect(person.record).toMatchObject({ LastName: 'Elder', Birthdate: '1990-09-25' });
		expect(await scene.rejections(STREAM)).toEqual({});
	},

	'last-name-or-company-empty': async (scene) => {
		await scene.sync(there());
		const person = new Person(scene);
		person.editInBrevo({ attributes: { LASTNAME: '', FIRSTNAME: 'Andrew' } });
		const { refused } = await back(scene, [person]);
		expect(refused).toMatchObject([
			{ outcome: 'rejected', reasons: [{ limit: 'last-name-or-company-empty' }] },
		]);
		expect(person.record).toMatchObject({ LastName: 'Young', FirstName: 'Andy' });
		person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		await back(scene, [person]);
		expect(person.record).toMatchObject({ LastName: 'Elder', FirstName: 'Andrew' });
	},

	'lead-first-name': async (scene) => {
		await scene.sync(LEADS);
		const person = new Person(scene, 'Boxer', 'Lead');
		person.editInBrevo({ attributes: { FIRSTNAME: 'B'.repeat(41), LASTNAME: 'Puncher' } });
		const { refused } = await back(scene, [person]);
		expect(refused).toMatchObject([
			{ outcome: 'rejected', reasons: [{ limit: 'lead-first-name' }] },
		]);
		expect(person.record).toMatchObject({ FirstName: 'Bertha', LastName: 'Boxer' });
		person.editInBrevo({ attributes: { FIRSTNAME: 'B'.repeat(40) } });
		await back(scene, [person]);
		expect(person.record).toMatchObject({ FirstName: 'B'.repeat(40), LastName: 'Puncher' });
	},

	'contact-with-case': async (scene) => {
		await scene.sync(there());
		const [kept, gone] = [new Person(scene, 'Rogers'), new Person(scene, 'Young')];
		kept.editInBrevo({ delete: true });
		gone.editInBrevo({ delete: true });
		const { told } = await back(scene, [kept, gone], {
			onDeletion: 'delete',
			options: { brakeNumber: 10, brakeShare: 100 },
		});
		expect(told).toHaveLength(2);
		expect(told).toContainEqual(
			expect.objectContaining({
				outcome: 'excluded',
				limit: 'contact-with-case',
				salesforceSays: expect.stringContaining('cases') as unknown,
			}),
		);
		expect(kept.record['IsDeleted']).toBe(false);
		expect(gone.record['IsDeleted']).toBe(true);
	},

	'email-emptied': async (scene) => {
		await scene.sync(there());
		const person = new Person(scene);
		person.edit({ Email: null });
		await scene.sync(there());
		person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		const { told } = await back(scene, [person]);
		expect(told).toMatchObject([{ outcome: 'excluded', limit: 'email-emptied' }]);
		expect(person.record['LastName']).toBe('Young');
	},
};

describe('as the help page says of the way back', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const checks = Object.entries(CHECKS).map(([id, check]) => ({
		id,
		sentence: HELP_PAGE_LIMITS[id as HelpPageId].sentence,
		check,
	}));
	it.each(checks)('$sentence ($id)', async ({ id, check }) => {
		await check(scene);
		await atRest(scene, id === 'lead-first-name' ? LEADS : there());
	});
});

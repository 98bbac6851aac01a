import naughty from 'big-list-of-naughty-strings';
import { atRest } from './back-round.ts';
import { PACKAGE } from './harness.ts';
import { INTEGRATION, MAP, rows, Scene, STREAM, template, TRIGGER } from './scene.ts';

/* The Big List of Naughty Strings, and what breaks CSV and spreadsheets, as names and texts of people:
   from Salesforce to Brevo, singly and by import, and back. */

type Values = Record<string, unknown>;

const STRINGS = [
	...naughty,
	'a;b',
	'"',
	'""',
	'"a";"b"',
	'a"b;"c',
	'=1+1',
	'+1+1',
	'-1+1',
	'@SUM(1+1)',
	'=HYPERLINK("https://attacker.example";"x")',
	"'=1+1",
	'\\";',
	'a\tb',
	'1 Main Street\nFloor 2\nParis',
	'one\r\ntwo\rthree',
	'ends in a quote"',
	'007',
	'1e3',
	'false',
	'EMAIL;EXT_ID',
];

/** What both services keep of a text: no control characters, no blanks around it, "\n" for line ends. */
const kept = (text: string): string =>
	text
		.replaceAll(/\r\n?/g, '\n')
		.replaceAll(/(?![\t\n])\p{Cc}/gu, '')
		.trim();
const fits = (text: string, length: number): boolean =>
	kept(text) !== '' && Array.from(text.trim()).length <= length;

interface Subject {
	readonly id: string;
	readonly text: string;
	readonly number: number;
}

const firstName = ({ text }: Pick<Subject, 'text'>): string => (fits(text, 40) ? text : 'Given');
const lastName = ({ text, number }: Pick<Subject, 'text' | 'number'>): string =>
	fits(text, 80) ? text : `Family ${number}`;

/** Every string is somebody; between them are people whose names are just names. */
function populate({ sandbox }: Scene): { subjects: Subject[]; neighbours: Subject[] } {
	const subjects: Subject[] = [];
	const neighbours: Subject[] = [];
	const add = (to: Subject[], text: string, number: number, email: string): void => {
		const { id } = sandbox.salesforce.admin.create({
			object: 'Contact',
			values: {
				Email: email,
				FirstName: firstName({ text }),
				LastName: lastName({ text, number }),
				Description: text,
			},
		}) as { id: string };
		to.push({ id, text, number });
	};
	STRINGS.forEach((text, number) => {
		add(subjects, text, number, `subject${number}@example.com`);
		if (number % 5 === 0)
			add(neighbours, `Neighbour ${number}`, number, `next${number}@example.com`);
	});
	return { subjects, neighbours };
}

const mapped = (pageSize: number) =>
	template({
		[TRIGGER]: { options: { pageSize } },
		[MAP]: rows({
			EMAIL: 'Email',
			'@FIRSTNAME': 'FirstName',
			'@LASTNAME': 'LastName',
			JOB_TITLE: 'Description',
		}),
	});

/** By external id. */
const inBrevo = (scene: Scene): ReadonlyMap<string, Values> =>
	new Map(
		scene
			.contacts()
			.map(({ attributes }) => attributes as Values)
			.map((attributes) => [String(attributes['EXT_ID']), attributes]),
	);

describe.each([
	{ path: 'singly', pageSize: 40 },
	{ path: 'by import', pageSize: 2_000 },
])('naughty strings $path', ({ path, pageSize }) => {
	let scene: Scene;
	let people: ReturnType<typeof populate>;
	beforeAll(async () => {
		scene = await Scene.open();
		people = populate(scene);
		const all = scene.sandbox.salesforce.admin.records({ object: 'Contact' }).length;
		await scene.syncUntil(async () => (await scene.activity()).read >= all, mapped(pageSize));
	}, 60_000);
	afterAll(async () => {
		await scene.close();
	});

	it('take the way that they were to take', () => {
		const imports = scene.requests(/POST .*contacts\/import/);
		if (path === 'singly') expect(imports).toBe(0);
		else expect(imports).toBeGreaterThan(0);
	});

	it('arrive in Brevo as they are', () => {
		const contacts = inBrevo(scene);
		const wrong = people.subjects.flatMap((subject) => {
			const { FIRSTNAME, LASTNAME, JOB_TITLE } = contacts.get(subject.id) ?? {};
			const [first, last] = [firstName(subject), lastName(subject)].map(kept);
			const isRight =
				FIRSTNAME === first && LASTNAME === last && (JOB_TITLE ?? '') === kept(subject.text);
			return isRight ? [] : [{ text: subject.text, FIRSTNAME, LASTNAME, JOB_TITLE }];
		});
		expect(wrong).toEqual([]);
	});

	it('leave their neighbours alone, and none of them is lost or rejected', async () => {
		const contacts = inBrevo(scene);
		for (const { id, text } of people.neighbours)
			expect(contacts.get(id)).toMatchObject({ FIRSTNAME: text, LASTNAME: text, JOB_TITLE: text });
		const rejected = await scene.withLedger(
			async ({ pages }) => await pages.rejections(INTEGRATION),
		);
		const ours = new Set([...people.subjects, ...people.neighbours].map(({ id }) => id));
		expect(rejected.filter(({ recordId }) => ours.has(recordId))).toEqual([]);
		const { read, written } = await scene.activity();
		expect(written).toBe(read - rejected.length);
	});

	it('as filters they find their own people and nobody else', async () => {
		const texts = people.subjects.filter(({ text }) => fits(text, 80));
		const parameters = {
			salesforceAuthentication: 'clientCredentials',
			operation: 'getAll',
			fields: ['LastName'],
			filters: { rows: [{ field: 'LastName', operator: 'equals', value: '={{ $json.text }}' }] },
		};
		const node = { name: 'Filter', type: `${PACKAGE}.salesforceContact`, parameters };
		const run = await scene.engine.run(
			{ nodes: [{ ...node, onError: 'continueRegularOutput' }], connections: {} },
			{ input: texts.map(({ text }) => ({ json: { text: text.trim() } })) },
		);
		const found = new Map<number, Values[]>();
		for (const { json, pairedItem } of run.items('Filter')) {
			const { item } = pairedItem as { item: number };
			found.set(item, [...(found.get(item) ?? []), json]);
		}
		const wrong = texts.flatMap(({ id, text }, item) => {
			const records = found.get(item) ?? [];
			// Control characters stand in no field of the real one; they are refused in words.
			if (/(?![\t\n\r])\p{Cc}/u.test(text)) return records[0]?.['error'] ? [] : [{ text, records }];
			const isOwn = records.some(({ Id }) => Id === id);
			const isForeign = records.some(
				({ LastName }) => String(LastName).toLowerCase() !== text.trim().toLowerCase(),
			);
			return isOwn && !isForeign ? [] : [{ text, records }];
		});
		expect(wrong).toEqual([]);
		expect(found.size).toBe(texts.length);
	});

	it('come back to Salesforce as they are, or are rejected with a reason; then all is at rest', async () => {
		const { subjects } = people;
		// Each gets the next one's text, so that something changes for everybody.
		const next = (number: number): string => STRINGS[(number + 1) % STRINGS.length] ?? '';
		for (const { id, number } of subjects) {
			const text = next(number);
			scene.sandbox.brevo.admin.edit({
				ext_id: id,
				attributes: {
					FIRSTNAME: firstName({ text }),
					LASTNAME: text === '' ? 'Family' : text,
					JOB_TITLE: text,
				},
			});
		}
		await scene.syncBack(async () => {
			const { written, rejected } = await scene.activity(STREAM);
			return written + rejected >= subjects.length - 25;
		});
		const rejections = await scene.withLedger(async ({ pages }) => await pages.rejections(STREAM));
		const limitOf = new Map(rejections.map(({ recordId, limit }) => [recordId, limit]));
		const records = new Map(
			scene.sandbox.salesforce.admin
				.records({ object: 'Contact' })
				.map((record) => [String(record['Id']), record]),
		);
		const wrong = subjects.flatMap(({ id, number }) => {
			const text = next(number);
			const { FirstName, LastName, Description } = records.get(id) ?? {};
			const limit = limitOf.get(id);
			const wanted =
				text !== '' && kept(text) === ''
					? 'last-name-or-company-empty'
					: fits(text, 80) || text === ''
						? undefined
						: 'value-too-long';
			const isWritten =
				FirstName === kept(firstName({ text })) &&
				LastName === kept(text === '' ? 'Family' : text) &&
				(Description ?? '') === kept(text);
			const isRight = limit === wanted && (wanted !== undefined || isWritten);
			return isRight ? [] : [{ text, limit, wanted, FirstName, LastName, Description }];
		});
		expect(wrong).toEqual([]);
		await atRest(scene, mapped(pageSize));
	}, 60_000);
});

import './log-all.ts';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import timers from 'node:timers/promises';
import { inspect } from 'node:util';
import { Workflow } from 'n8n-workflow';
import type { Fault } from '../../sandbox/faults.ts';
import type { ActiveTrigger, EngineRun } from './harness.ts';
import {
	BACK,
	backTemplate,
	BREVO,
	eventually,
	INTEGRATION,
	MAP,
	rows,
	Scene,
	STREAM,
	template,
	TRIGGER,
} from './scene.ts';

/*
 * Promise I8: no secret and no contact value in logs, errors or the ledger; and no secret in what an
 * execution leaves. A person with recognisable values goes through successes and through every kind of
 * failure, where the other side quotes all that it knows of him, as the real ones do.
 */

const PERSON = {
	FirstName: 'Ximenesia',
	LastName: 'Quillfeather',
	Email: 'ximenesia.quillfeather@planted-mail.example',
	MobilePhone: '+33 6 99 88 77 66',
	Title: 'Wizardess of Plants',
} as const;
/** In Salesforce only: nobody maps it. */
const UNMAPPED = 'Planted diary that nobody has mapped';
const LATER = { LASTNAME: 'Featherquill', JOB_TITLE: 'Sorceress of Roots' } as const;

const VALUES: readonly string[] = [
	...Object.values(PERSON),
	PERSON.Email.split('@')[0] ?? '',
	'planted-mail',
	'33699887766',
	'699887766',
	UNMAPPED,
	...Object.values(LATER),
];
/** Of what can be guessed, a plain digest tells as much as the value. */
const DIGESTS = ['md5', 'sha1', 'sha256'].flatMap((algorithm) =>
	[PERSON.Email, `email|${PERSON.Email}`, '+33699887766', '33699887766', PERSON.LastName].flatMap(
		(text) =>
			(['hex', 'base64'] as const).map((form) => createHash(algorithm).update(text).digest(form)),
	),
);

/** All that a talkative server could say of a request. */
const echo = (scene: Scene): string => [...VALUES, scene.brevoKey, tokenOf(scene)].join(' ');
const tokenOf = ({ engine }: Scene): string =>
	engine.credentials.data('salesforceSyncClientCredentialsApi')['accessToken'] as string;

const mapped = (pageSize = 2_000) =>
	template({
		[TRIGGER]: { options: { pageSize } },
		[MAP]: rows({
			EMAIL: 'Email',
			'@FIRSTNAME': 'FirstName',
			'@LASTNAME': 'LastName',
			SMS: 'MobilePhone',
			JOB_TITLE: 'Title',
		}),
	});

const realTimeout = timers.setTimeout;

describe('secrets and contact values', () => {
	let scene: Scene;
	let id: string;
	let logged: string[];
	beforeEach(async () => {
		logged = [];
		for (const stream of [process.stdout, process.stderr]) {
			jest.spyOn(stream, 'write').mockImplementation((text) => {
				logged.push(String(text));
				return true;
			});
		}
		for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
			jest.spyOn(console, level).mockImplementation((...texts) => {
				logged.push(inspect(texts, { depth: 9 }));
			});
		// Back-offs of minutes are not what this is about.
		jest
			.spyOn(timers, 'setTimeout')
			.mockImplementation(async (ms = 0, ...more) => await realTimeout(Math.min(ms, 20), ...more));
		jest.spyOn(Workflow.prototype, 'getStaticData');
		scene = await Scene.open();
		const values = { ...PERSON, Description: UNMAPPED };
		({ id } = scene.sandbox.salesforce.admin.create({ object: 'Contact', values }) as {
			id: string;
		});
	});
	afterEach(async () => {
		jest.restoreAllMocks();
		await scene.close();
	});

	const ledgerBytes = (): Buffer => {
		const path = String(process.env['CONTACT_SYNC_LEDGER']);
		const files = readdirSync(dirname(path)).filter((file) => file.startsWith(basename(path)));
		return Buffer.concat(files.map((file) => readFileSync(join(dirname(path), file))));
	};
	const secrets = async (): Promise<readonly string[]> => [
		scene.brevoKey,
		scene.engine.credentials.data('salesforceSyncClientCredentialsApi')['clientSecret'] as string,
		tokenOf(scene),
		await scene.withLedger(async ({ hash }) => hash(`webhook-secret|${INTEGRATION}`)),
	];
	/** As n8n keeps it, and deeper than n8n keeps anything. */
	const everything = (value: unknown): string =>
		inspect(value, {
			depth: 12,
			maxArrayLength: null,
			maxStringLength: null,
			showHidden: true,
			breakLength: Infinity,
		});
	/** What people and n8n get to see of failures. */
	const errorsOf = (runs: readonly EngineRun[], more: readonly Error[] = []): unknown[] => [
		...more.flatMap(shown),
		...runs.flatMap(({ run }) => [
			...shown(run.data.resultData.error),
			...Object.values(run.data.resultData.runData).flatMap((tasks) =>
				tasks.flatMap(({ error, hints }) => [...shown(error), hints]),
			),
		]),
	];
	/** n8n stores an error as JSON; its node holds the parameters that the user typed. */
	const shown = (error: unknown): unknown[] => {
		if (!(error instanceof Error)) return [error];
		const { name, message, stack, cause } = error;
		return [
			{ name, message, stack },
			JSON.stringify(Object.assign({}, error, { node: undefined })),
			...shown(cause),
		];
	};
	const found = (where: string, what: readonly string[]): string[] =>
		what.filter((text) => where.toLowerCase().includes(text.toLowerCase()));

	/** Nothing that was planted is anywhere but in the items that the user has mapped it into. */
	const nothingLeaks = async (
		{ runs, failed, fatal }: Pick<ActiveTrigger, 'runs' | 'failed' | 'fatal'>,
		{ items = true } = {},
	): Promise<void> => {
		const planted = await secrets();
		const all = [...planted, ...VALUES];
		const errors = everything(errorsOf(runs, [...failed, ...fatal]));
		const bytes = ledgerBytes();
		expect(bytes.length).toBeGreaterThan(0);
		expect({
			logs: found(logged.join('\n'), all),
			errors: found(errors, all),
			ledger: found(bytes.toString('latin1'), [...all, ...DIGESTS]),
			ledgerWide: found(bytes.toString('utf16le'), VALUES),
			execution: found(everything(runs.map(({ run }) => run.data.resultData.runData)), [
				...planted,
				...(items ? [UNMAPPED] : []),
			]),
		}).toEqual({ logs: [], errors: [], ledger: [], ledgerWide: [], execution: [] });
		expect(Workflow.prototype.getStaticData).not.toHaveBeenCalled();
	};

	const quoting = (fault: Partial<Fault>): void => {
		scene.sandbox.faults.add({ kind: 'status', times: 10_000, ...fault });
	};
	/** One round; whatever comes of it. */
	const round = async (workflow = mapped(), trigger = TRIGGER): Promise<ActiveTrigger> => {
		const active = await scene.publish(workflow, trigger);
		await eventually(
			async () =>
				active.runs.length + active.failed.length + active.fatal.length > 0 || (await isFailing()),
			20_000,
		);
		await active.close();
		await scene.released();
		await scene.released(STREAM);
		return active;
	};
	const isFailing = async (): Promise<boolean> =>
		await scene.withLedger(
			async ({ integrations }) => (await integrations.get(INTEGRATION))?.state === 'failing',
		);

	it('stay where they belong when all goes well, in both directions', async () => {
		const there = await round();
		expect(scene.contacts().map(({ email }) => email)).toContain(PERSON.Email);
		await nothingLeaks(there);
		scene.sandbox.brevo.admin.edit({ ext_id: id, attributes: LATER });
		await scene.hint(id);
		const back = await round(backTemplate(), BACK);
		expect(scene.sandbox.salesforce.admin.records({ object: 'Contact', ids: [id] })).toMatchObject([
			{ LastName: LATER.LASTNAME },
		]);
		await nothingLeaks(back);
	});

	it('the probe finds what is planted: these tests can fail', async () => {
		const active = await round();
		logged.push(PERSON.LastName);
		await expect(nothingLeaks(active)).rejects.toThrow(/Quillfeather/);
		logged.pop();
		const everywhere = everything(active.runs.map(({ run }) => run.data.resultData.runData));
		expect(found(everywhere, [PERSON.Email, PERSON.Title])).toHaveLength(2);
		expect(
			found(everything(shown(new Error('x', { cause: new Error(scene.brevoKey) }))), [
				scene.brevoKey,
			]),
		).toHaveLength(1);
	});

	const STATUSES = [400, 401, 402, 403, 404, 405, 409, 422, 425, 429, 500, 502, 503];

	it.each(STATUSES)('Brevo answers %d to a contact and quotes it', async (status) => {
		quoting({
			service: 'brevo',
			method: 'POST',
			path: '^/v3/contacts$',
			status,
			body: { code: 'invalid_parameter', message: echo(scene), metadata: { all: echo(scene) } },
		});
		await nothingLeaks(await round());
	});

	it.each(STATUSES)('Brevo answers %d to everything and quotes the key', async (status) => {
		quoting({ service: 'brevo', status, body: { code: 'unauthorized', message: echo(scene) } });
		await nothingLeaks(await round());
	});

	it('Brevo names the identifiers of another contact', async () => {
		quoting({
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
		await nothingLeaks(await round());
	});

	it.each([
		['HTML', { headers: { 'content-type': 'text/html' } }],
		['text', { headers: { 'content-type': 'text/plain' } }],
		['half of a JSON', { headers: { 'content-type': 'application/json' } }],
	])(
		'%s with the values in it comes instead of an answer, from both',
		async (form, { headers }) => {
			for (const service of ['salesforce', 'brevo'] as const) {
				scene.sandbox.faults.clear();
				const quote = JSON.stringify({ message: echo(scene) });
				const body = form === 'half of a JSON' ? `[{"a": ${quote} oops}]` : `<html>${quote}</html>`;
				quoting({ service, status: 200, headers, body });
				await nothingLeaks(await round());
			}
		},
	);

	it.each(['drop-before', 'drop-after', 'truncate', 'html'] as const)(
		'%s in the middle of everything',
		async (kind) => {
			quoting({ service: 'brevo', kind, skip: 3 });
			await nothingLeaks(await round());
		},
	);

	it.each([
		[400, 'MALFORMED_QUERY'],
		[400, 'INVALID_FIELD'],
		[401, 'INVALID_SESSION_ID'],
		[403, 'REQUEST_LIMIT_EXCEEDED'],
		[403, 'API_DISABLED_FOR_ORG'],
		[404, 'NOT_FOUND'],
		[500, 'UNKNOWN_EXCEPTION'],
		[503, 'SERVER_UNAVAILABLE'],
		[400, 'SOMETHING_NEW'],
	])('Salesforce answers %d %s to a query and quotes it', async (status, errorCode) => {
		await round();
		quoting({
			service: 'salesforce',
			path: 'query',
			status,
			body: [{ message: `field '${PERSON.LastName}' ${echo(scene)}`, errorCode }],
		});
		await nothingLeaks(await round());
	});

	it.each(['invalid_grant', 'invalid_client', 'invalid_client_id', 'something_new'])(
		'the login is refused as %s and quotes the secret',
		async (error) => {
			const { clientSecret } = scene.engine.credentials.data('salesforceSyncClientCredentialsApi');
			quoting({
				service: 'salesforce',
				path: 'oauth2/token',
				status: 400,
				body: { error, error_description: `${clientSecret as string} ${echo(scene)}` },
			});
			const activation = scene.publish(mapped());
			const error_ = await activation.then(
				() => undefined,
				(refused: unknown) => refused as Error,
			);
			await nothingLeaks({ runs: [], failed: error_ ? [error_] : [], fatal: [] });
			expect(error_).toBeDefined();
		},
	);

	describe('by import', () => {
		const crowd = (): void => {
			for (let n = 0; n < 60; n += 1)
				scene.sandbox.salesforce.admin.create({
					object: 'Contact',
					values: { LastName: `${PERSON.LastName} ${n}`, Email: `n${n}.${PERSON.Email}` },
				});
		};

		it('that goes well', async () => {
			crowd();
			const active = await round();
			expect(scene.requests(/contacts\/import/)).toBe(1);
			await nothingLeaks(active);
		});

		it('that is refused, fails, or whose reject file quotes its rows', async () => {
			crowd();
			quoting({
				service: 'brevo',
				path: 'contacts/import',
				status: 400,
				times: 1,
				body: { code: 'invalid_parameter', message: echo(scene) },
			});
			await nothingLeaks(await round());
			scene.sandbox.brevo.admin.importSpeed({ msPerImport: 1, failNext: true });
			await nothingLeaks(await round());
			// The address of a contact that another record's stands in the way of.
			scene.sandbox.brevo.admin.create({
				email: 'taken@planted-mail.example',
				attributes: { SMS: '+33699887766' },
			});
			await nothingLeaks(await round());
		});
	});

	describe('on the way back', () => {
		beforeEach(async () => {
			await round();
			scene.sandbox.brevo.admin.edit({ ext_id: id, attributes: LATER });
			await scene.hint(id);
		});

		it.each([
			['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'the user’s own validation rule'],
			['STRING_TOO_LONG', 'a text'],
			['DUPLICATES_DETECTED', 'a duplicate rule'],
			['SOMETHING_NEW', 'what nobody knows'],
		])('Salesforce refuses a record as %s and quotes %s', async (statusCode) => {
			const errors = [
				{ statusCode, message: `field '${LATER.LASTNAME}': ${echo(scene)}`, fields: ['LastName'] },
			];
			quoting({
				service: 'salesforce',
				method: 'PATCH',
				status: 200,
				body: [{ success: false, errors }],
			});
			const active = await round(backTemplate(), BACK);
			// What Salesforce says to the user stands in the item that he asked for, and only there.
			expect(active.runs.length).toBeGreaterThan(0);
			const { runs, failed, fatal } = active;
			await nothingLeaks({ runs: runs.map(withoutWords), failed, fatal });
		});

		it.each([400, 401, 403, 500, 503])(
			'Salesforce answers %d to a write and quotes it',
			async (status) => {
				quoting({
					service: 'salesforce',
					method: 'PATCH',
					status,
					body: [{ errorCode: 'JSON_PARSER_ERROR', message: `Cannot deserialize ${echo(scene)}` }],
				});
				await nothingLeaks(await round(backTemplate(), BACK));
			},
		);

		it('Brevo answers 400 to the look at a contact and quotes it', async () => {
			quoting({
				service: 'brevo',
				method: 'GET',
				path: '/v3/contacts/',
				status: 400,
				body: { code: 'invalid_parameter', message: echo(scene) },
			});
			const active = await scene.publish(backTemplate(), BACK);
			await eventually(async () => active.failed.length > 0, 20_000);
			await nothingLeaks(active);
		});

		it('a webhook brings values: they stay outside', async () => {
			const secret = (await secrets())[3] ?? '';
			const body = {
				event: 'contact_updated',
				content: [{ email: PERSON.Email, attributes: { ...LATER, ...PERSON } }],
			};
			for (const given of [secret, 'forged']) {
				const headers = { 'content-type': 'application/json', 'x-contact-sync-secret': given };
				const { body: answer } = await scene.engine.knock(backTemplate(), BACK, { headers, body });
				expect(found(JSON.stringify(answer), [...VALUES, secret])).toEqual([]);
			}
			await nothingLeaks({ runs: [], failed: [], fatal: [] });
		});
	});

	describe('in other people’s workflows', () => {
		it.each(['get', 'delete'])('%s by e-mail is refused with a quote', async (operation) => {
			quoting({
				service: 'brevo',
				path: '/v3/contacts/',
				status: 400,
				body: { code: 'invalid_parameter', message: echo(scene) },
			});
			const run = await scene.runNode(
				BREVO,
				{ resource: 'contact', operation, identifierType: 'email_id', identifier: PERSON.Email },
				[{}],
			);
			expect(run.error).toBeDefined();
			expect(found(everything(shown(run.error)), [...VALUES, ...(await secrets())])).toEqual([]);
		});
	});

	/** An execution without what Salesforce told the user about his own record. */
	const withoutWords = (run: EngineRun): EngineRun => {
		for (const tasks of Object.values(run.run.data.resultData.runData))
			for (const task of tasks)
				for (const item of task.data?.['main']?.flat() ?? []) delete item?.json['salesforceSays'];
		return run;
	};
});

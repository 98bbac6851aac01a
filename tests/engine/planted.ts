import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import timers from 'node:timers/promises';
import { inspect } from 'node:util';
import { Workflow } from 'n8n-workflow';
import type { Fault } from '../../sandbox/faults.ts';
import type { ActiveTrigger, EngineRun } from './harness.ts';
import { eventually, INTEGRATION, MAP, rows, Scene, STREAM, template, TRIGGER } from './scene.ts';

/*
 * Promise I8: no secret and no contact value in logs, errors or the ledger; and no secret in what an
 * execution leaves. A person with recognisable values goes through successes and through every kind of
 * failure, where the other side quotes all that it knows of him, as the real ones do.
 */

export const PERSON = {
	FirstName: 'Ximenesia',
	LastName: 'Quillfeather',
	Email: 'ximenesia.quillfeather@planted-mail.example',
	MobilePhone: '+33 6 99 88 77 66',
	Title: 'Wizardess of Plants',
} as const;
/** What somebody edits in Brevo. */
export const LATER = { LASTNAME: 'Featherquill', JOB_TITLE: 'Sorceress of Roots' } as const;
/** In Salesforce only: nobody maps it. */
const UNMAPPED = 'Planted diary that nobody has mapped';

export const VALUES: readonly string[] = [
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

/** The template with all of the person but the diary mapped, and these options of the trigger. */
export const mapped = (options: Readonly<Record<string, boolean | number>> = {}) =>
	template({
		[TRIGGER]: { options },
		[MAP]: rows({
			EMAIL: 'Email',
			'@FIRSTNAME': 'FirstName',
			'@LASTNAME': 'LastName',
			SMS: 'MobilePhone',
			JOB_TITLE: 'Title',
		}),
	});

/** What came of a published workflow. */
export type Seen = Pick<ActiveTrigger, 'runs' | 'failed' | 'fatal'>;
export const NOTHING: Seen = { runs: [], failed: [], fatal: [] };

/** Which of these texts stand in it, in whatever case. */
export const found = (where: string, what: readonly string[]): string[] =>
	what.filter((text) => where.toLowerCase().includes(text.toLowerCase()));

/** As n8n keeps it, and deeper than n8n keeps anything. */
export const everything = (value: unknown): string =>
	inspect(value, {
		depth: 12,
		maxArrayLength: null,
		maxStringLength: null,
		showHidden: true,
		breakLength: Infinity,
	});

/** n8n stores an error as JSON, or already holds it as such; its node has what the user typed. */
export function shown(error: unknown): unknown[] {
	if (typeof error !== 'object' || error === null) return [error];
	const { name, message, stack, cause } = error as Partial<Error>;
	const stored = JSON.stringify({ ...error, node: undefined, cause: undefined });
	return [{ name, message, stack }, stored, ...shown(cause)];
}

/** What people and n8n get to see of failures. */
const errorsOf = ({ runs, failed, fatal }: Seen): unknown[] => [
	...[...failed, ...fatal].flatMap(shown),
	...runs.flatMap(({ run }) => [
		...shown(run.data.resultData.error),
		...Object.values(run.data.resultData.runData).flatMap((tasks) =>
			tasks.flatMap(({ error, hints }) => [...shown(error), hints]),
		),
	]),
];

export const executionsOf = (runs: readonly EngineRun[]): string =>
	everything(runs.map(({ run }) => run.data.resultData.runData));

/** So many that no test uses them up. */
const TIMES = 10_000;
/** A refusal costs a test no minutes of waiting. */
const LONGEST_WAIT_MS = 20;

/** A scene with the person in Salesforce, where all that is logged is kept. Close it after the test. */
export class Planted {
	readonly scene: Scene;
	/** The person's record in Salesforce. */
	readonly id: string;
	readonly logged: string[] = [];

	private constructor(scene: Scene) {
		this.scene = scene;
		const values = { ...PERSON, Description: UNMAPPED };
		const created = scene.sandbox.salesforce.admin.create({ object: 'Contact', values });
		this.id = String((created as { id: unknown }).id);
	}

	static async open(): Promise<Planted> {
		const planted = new Planted(await Scene.open());
		planted.#listen();
		const real = timers.setTimeout;
		jest
			.spyOn(timers, 'setTimeout')
			.mockImplementation(
				async (ms = 0, ...more) => await real(Math.min(ms, LONGEST_WAIT_MS), ...more),
			);
		jest.spyOn(Workflow.prototype, 'getStaticData');
		return planted;
	}

	async close(): Promise<void> {
		jest.restoreAllMocks();
		await this.scene.close();
	}

	/** n8n's logger writes to the stream of the console, which jest exchanges when it runs several files. */
	#listen(): void {
		const { _stdout, _stderr } = console as unknown as Record<string, NodeJS.WriteStream>;
		for (const stream of new Set([process.stdout, process.stderr, _stdout, _stderr]))
			if (stream)
				jest.spyOn(stream, 'write').mockImplementation((text) => {
					this.logged.push(String(text));
					return true;
				});
		for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
			jest.spyOn(console, level).mockImplementation((...texts) => {
				this.logged.push(inspect(texts, { depth: 9 }));
			});
	}

	/** All that a talkative server could say of a request. */
	get echo(): string {
		return [...VALUES, ...this.#credentials()].join(' ');
	}

	/** Without the token that no login has brought yet. */
	#credentials(): string[] {
		const { engine, brevoKey } = this.scene;
		const login = engine.credentials.data('salesforceSyncClientCredentialsApi');
		return [brevoKey, login['clientSecret'], login['accessToken']].filter(
			(secret): secret is string => typeof secret === 'string' && secret !== '',
		);
	}

	/** What the webhook's sender must know. */
	async webhookSecret(): Promise<string> {
		return await this.scene.withLedger(({ hash }) =>
			Promise.resolve(hash(`webhook-secret|${INTEGRATION}`)),
		);
	}

	async secrets(): Promise<readonly string[]> {
		return [...this.#credentials(), await this.webhookSecret()];
	}

	/** From now on, for all requests that fit: by default this status and body. */
	quoting(fault: Partial<Fault>): void {
		this.scene.sandbox.faults.add({ kind: 'status', times: TIMES, ...fault });
	}

	/** Whether each fault was met; a test where none was shows nothing. */
	#allMet(): boolean {
		return this.scene.sandbox.faults.list().every(({ left, times = 1 }) => left < times);
	}

	/** Publishes until something has come of it and each fault was met; a refusal counts as well. */
	async round(workflow = mapped(), trigger = TRIGGER): Promise<Seen> {
		let active;
		try {
			active = await this.scene.publish(workflow, trigger);
		} catch (error) {
			expect(this.#allMet()).toBe(true);
			return { ...NOTHING, failed: [error as Error] };
		}
		const { runs, failed, fatal } = active;
		await eventually(
			async () =>
				this.#allMet() &&
				(runs.length + failed.length + fatal.length > 0 || (await this.#isFailing())),
		);
		await active.close();
		await this.scene.released();
		await this.scene.released(STREAM);
		return active;
	}

	/** Publishes; what is to happen happens after the first run. Ends when the trigger tells of it. */
	async roundThenTrouble(trouble: () => void, workflow = mapped()): Promise<Seen> {
		const active = await this.scene.publish(workflow);
		await active.finished(1);
		trouble();
		await eventually(() => this.#allMet() && active.failed.length > 0);
		await this.scene.unpublish(active);
		return active;
	}

	async #isFailing(): Promise<boolean> {
		return await this.scene.withLedger(
			async ({ integrations }) => (await integrations.get(INTEGRATION))?.state === 'failing',
		);
	}

	/** What of all that was planted is where it does not belong. */
	async leaks(seen: Seen): Promise<Readonly<Record<string, readonly string[]>>> {
		const secrets = await this.secrets();
		const all = [...secrets, ...VALUES];
		const ledger = this.#ledgerBytes();
		return {
			logs: found(this.logged.join('\n'), all),
			errors: found(everything(errorsOf(seen)), all),
			ledger: found(ledger.toString('latin1'), [...all, ...DIGESTS]),
			ledgerWide: found(ledger.toString('utf16le'), VALUES),
			// The items hold what the user has mapped into them.
			execution: found(executionsOf(seen.runs), [...secrets, UNMAPPED]),
		};
	}

	/** Nothing that was planted is anywhere but in the items that the user has mapped it into. */
	async nothingLeaks(seen: Seen): Promise<void> {
		expect(await this.leaks(seen)).toEqual({
			logs: [],
			errors: [],
			ledger: [],
			ledgerWide: [],
			execution: [],
		});
		// A log that nothing reaches would show nothing.
		if (seen.runs.length > 0)
			expect(this.logged.join('\n')).toContain('Workflow execution started');
		expect(Workflow.prototype.getStaticData).not.toHaveBeenCalled();
	}

	#ledgerBytes(): Buffer {
		const path = String(process.env['CONTACT_SYNC_LEDGER']);
		const files = readdirSync(dirname(path)).filter((file) => file.startsWith(basename(path)));
		return Buffer.concat(files.map((file) => readFileSync(join(dirname(path), file))));
	}
}

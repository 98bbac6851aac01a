import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node24, root } from '../../scripts/install.cjs';

const ONCE_STARTED_MS = 150_000;
const CONTACTS = `FirstName,LastName,Email,MobilePhone
Ada,Young,ada@example.com,+44 20 7946 0018
Ben,Frank,ben@example.com,
Cleo,Stone,,
Dora,Hill,dora@example.com,+44 20 7946 0019
Emil,Brook,emil@example.com,
Fay,Marsh,fay@example.com,
`;

/** Runs `npm run NAME -- ARGS`, until it ends or, when it has said `until`, is asked to end. */
async function run(
	[name, ...args]: readonly string[],
	until?: RegExp,
): Promise<{ readonly code: number | null; readonly output: string }> {
	const script = path.join(root, 'scripts', 'run.mjs');
	const child = spawn(node24, [script, name ?? '', ...args], { cwd: root });
	let output = '';
	let isAsked = false;
	const hear = (text: string): void => {
		output += text;
		if (until === undefined || isAsked || !until.test(output)) return;
		isAsked = true;
		child.kill('SIGTERM');
	};
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
	const timer = setTimeout(() => child.kill('SIGTERM'), ONCE_STARTED_MS);
	const code = await new Promise<number | null>((resolve) => {
		child.once('close', resolve);
	});
	clearTimeout(timer);
	return { code, output };
}

describe('the commands of the docs', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'commands-'));
	const csv = path.join(folder, 'contacts.csv');
	writeFileSync(csv, CONTACTS);
	afterAll(() => {
		rmSync(folder, { recursive: true });
	});

	test('npm run demo -- --contacts FILE.csv --quota 3 --once --json', async () => {
		const args = ['--contacts', csv, '--quota', '3', '--once', '--json'];
		const { code, output } = await run(['demo', ...args]);
		expect(code).toBe(0);
		const summary = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as object;
		expect(summary).toMatchObject({ tasks: 3, refused: 0 });
	});

	test('npm run sandbox -- --port N --contacts FILE.csv', async () => {
		const { code, output } = await run(
			['sandbox', '--port', '0', '--contacts', csv],
			/Ctrl\+C ends it/,
		);
		expect(output).toContain('6 contacts from');
		expect(code).toBe(0);
	});

	test('npm run dev', async () => {
		const { code, output } = await run(['dev'], /n8n: http:\/\/127\.0\.0\.1:\d+.*\n/);
		expect(output).toMatch(/Sandbox: http:\/\/127\.0\.0\.1:4010\/_sandbox/);
		expect(code).toBe(0);
	});
});

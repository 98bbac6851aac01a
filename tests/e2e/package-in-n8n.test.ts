import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installN8n } from '../../n8n-host/install.ts';
import { N8n } from '../../n8n-host/n8n.ts';
import { packPackage } from '../../n8n-host/pack.ts';

const root = path.resolve(__dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
	name: string;
	version: string;
	n8n: { nodes: string[]; credentials: string[] };
};

/** `dist/nodes/QuotaGuard/QuotaGuard.node.js` -> `QuotaGuard` */
const className = (file: string): string => path.basename(file).replace(/\..*$/, '');
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

describe('the packed package in a real n8n', () => {
	const userFolder = mkdtempSync(path.join(tmpdir(), 'package-in-n8n-'));
	let n8n: N8n;

	beforeAll(async () => {
		const [hostDir, packageTarball] = [await installN8n(), await packPackage()];
		n8n = await N8n.start({ hostDir, packageTarball, userFolder });
	});
	afterAll(async () => {
		await n8n.stop();
		rmSync(userFolder, { recursive: true, force: true });
	});

	it('loads every node under its real type name', async () => {
		const all = await n8n.call<{ name: string; communityNodePackageVersion?: string }[]>(
			'GET',
			'/types/nodes.json',
		);
		const ours = all.filter(({ name }) => name.startsWith(`${manifest.name}.`));
		const names = ours.map(({ name }) => upperFirst(name.slice(manifest.name.length + 1)));
		expect(names).toEqual(expect.arrayContaining(manifest.n8n.nodes.map(className)));
	});

	it('loads every credential type, and keeps a credential over a crash', async () => {
		const all = await n8n.call<{ name: string }[]>('GET', '/types/credentials.json');
		const names = all.map(({ name }) => upperFirst(name));
		expect(names).toEqual(expect.arrayContaining(manifest.n8n.credentials.map(className)));

		const saved = await n8n.importCredential({ name: 'Kept', type: 'brevoSyncApi', data: {} });
		const port = Number(new URL(n8n.origin).port);
		await n8n.kill();
		n8n = await N8n.start({ hostDir: await installN8n(), userFolder, port });
		const kept = await n8n.call<{ id: string }[]>('GET', '/rest/credentials');
		expect(kept.map(({ id }) => id)).toContain(saved.id);
	});
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FORWARD, importCredentials, template } from '../../demo/stage.ts';
import { accounted } from '../../demo/story.ts';
import { tasksUsed } from '../../demo/summary.ts';
import { installN8n } from '../../n8n-host/install.ts';
import { N8n, type SavedWorkflow } from '../../n8n-host/n8n.ts';
import { packPackage } from '../../n8n-host/pack.ts';
import { PACKAGE } from '../../n8n-host/process.ts';
import { type Proxy, startProxy } from '../../n8n-host/proxy.ts';
import { type Registry, repack, startRegistry } from '../../n8n-host/registry.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { ledgerLocation } from '../../sync/ledger/location.ts';

const OLDER = '0.0.1';

/** By n8n's own installer, with npm and a registry on loopback; each test goes on from the one before. */
describe('installed as self-hosters do', () => {
	const userFolder = mkdtempSync(path.join(tmpdir(), 'community-package-'));
	const installed = path.join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);
	let sandbox: Sandbox;
	let registry: Registry;
	let proxy: Proxy;
	let n8n: N8n;
	let workflow: SavedWorkflow;

	beforeAll(async () => {
		sandbox = await startSandbox();
		const tarball = await packPackage();
		registry = await startRegistry([repack(tarball, OLDER, userFolder), tarball]);
		// Whatever npm and n8n ask of the world ends at the registry.
		proxy = await startProxy(registry.origin, userFolder, () => true);
		n8n = await N8n.start({ hostDir: await installN8n(), userFolder, env: proxy.env });
	});
	afterAll(async () => {
		await n8n.stop();
		await proxy.close();
		await registry.close();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	const ourNodes = async (): Promise<string[]> => {
		const all = await n8n.call<Array<{ name: string }>>('GET', '/types/nodes.json');
		return all.map(({ name }) => name).filter((name) => name.startsWith(`${PACKAGE}.`));
	};
	const inLedger = async <T>(
		read: (ledger: Awaited<ReturnType<typeof openLedger>>) => Promise<T>,
	) => {
		const ledger = await openLedger(ledgerLocation(undefined, undefined, userFolder), {
			clock: Date,
		});
		return await read(ledger).finally(async () => {
			await ledger.close();
		});
	};

	test('it installs beside the built-in nodes, without another package', async () => {
		const { installedVersion } = await n8n.call<{ installedVersion: string }>(
			'POST',
			'/rest/community-packages',
			{ name: PACKAGE, version: OLDER },
		);
		expect(installedVersion).toBe(OLDER);
		// Nodes that an agent may use show themselves a second time, as tools.
		expect((await ourNodes()).filter((name) => !name.endsWith('Tool'))).toHaveLength(7);
		expect(existsSync(path.join(installed, 'node_modules'))).toBe(false);
	});

	test('its template runs', async () => {
		const credentials = await importCredentials(n8n, sandbox.origin);
		workflow = await n8n.importWorkflow(template(FORWARD, {}), credentials);
		await n8n.publish(workflow);
		await inLedger(async (ledger) => {
			await accounted(ledger, 0, 20);
			expect(await tasksUsed(ledger)).toBe(16);
		});
	});

	test('an upgrade keeps ledger and workflows: the sync goes on, and spends nothing twice', async () => {
		await n8n.call('PATCH', '/rest/community-packages', { name: PACKAGE });
		const [{ installedVersion } = { installedVersion: '' }] = await n8n.call<
			Array<{ installedVersion: string }>
		>('GET', '/rest/community-packages');
		expect(installedVersion).not.toBe(OLDER);
		const { id } = sandbox.salesforce.admin.create({
			object: 'Contact',
			values: { LastName: 'Kim', Email: 'kim@example.com' },
		}) as { id: string };
		await inLedger(async (ledger) => {
			await accounted(ledger, 20, 1);
			expect(await tasksUsed(ledger)).toBe(17);
		});
		expect(sandbox.brevo.admin.contact({ ext_id: id })).toMatchObject({ found: true });
	});

	test('uninstalled, it leaves n8n clean', async () => {
		await n8n.unpublish(workflow.id);
		await n8n.call('DELETE', `/rest/community-packages?name=${PACKAGE}`);
		expect(await ourNodes()).toEqual([]);
		expect(existsSync(installed)).toBe(false);
	});
});

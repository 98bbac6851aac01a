import { INTEGRATION } from '../../demo/stage.ts';
import { missing } from '../cluster/cluster.ts';
import { arrived, renamedInBrevo, settled, slowBrevo, withCluster } from '../cluster/scenes.ts';

const why = missing();
if (why !== undefined && process.env['CI'] !== undefined) throw new Error(why);
const inCluster = why === undefined ? test : test.skip;

inCluster(
	'queue mode: the same end as in one process, an exact quota, webhooks through their own process, and a page that runs twice at once',
	async () => {
		await withCluster({ workers: 2, contacts: 60, pageSize: 40 }, async (cluster, ledger) => {
			const { stage } = cluster;
			await stage.change('Quota Guard', { monthlyLimit: 40 });
			expect(await settled(stage, ledger, { limit: 40, mayWait: true })).toEqual([]);
			const account = (await ledger.integrations.get(INTEGRATION))?.brevoAccount ?? '';
			expect(await ledger.quota.hasRoom(account, Date.now())).toBe(false);
			expect(stage.sandbox.brevo.admin.contacts({})).toHaveLength(40);

			// The main process dies while a worker still writes the page; the new one emits it again.
			slowBrevo(stage, 300, 30);
			await stage.change('Quota Guard', { monthlyLimit: 1_000 });
			await arrived(stage, 45);
			await stage.kill();
			await stage.restart();
			expect(await settled(stage, ledger, { limit: 1_000, mayWait: false })).toEqual([]);
			expect(stage.sandbox.brevo.admin.contacts({})).toHaveLength(76);

			expect(await renamedInBrevo(cluster, ledger)).toBe('Backname');
			const deliveries = stage.sandbox.brevo.admin.webhookDeliveries() as Array<{ url?: string }>;
			expect(deliveries[0]?.url).toContain(cluster.webhookOrigin);
		});
	},
);

import { INTEGRATION } from '../../demo/stage.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { missing } from '../cluster/cluster.ts';
import {
	ALWAYS,
	arrived,
	emittedTwice,
	renamedInBrevo,
	settled,
	VERY_SLOW_MS,
	withCluster,
} from '../cluster/scenes.ts';

const why = missing();
if (why !== undefined && process.env['CI'] !== undefined) throw new Error(why);
const inCluster = why === undefined ? test : test.skip;

inCluster(
	'queue mode: the same end as in one process, an exact quota, webhooks through their own process, and a page that runs twice at once',
	async () => {
		await withCluster({ contacts: 60, pageSize: 40, quota: 40 }, async (cluster, ledger) => {
			const { stage } = cluster;
			expect(await settled(stage, ledger, { limit: 40, mayWait: true })).toEqual([]);
			const account = (await ledger.integrations.get(INTEGRATION))?.brevoAccount ?? '';
			expect(await ledger.quota.hasRoom(account, Date.now())).toBe(false);
			expect(stage.sandbox.brevo.admin.contacts({})).toHaveLength(40);

			// The main process dies while a worker still writes the page; the new one emits it again.
			stage.sandbox.faults.add({
				kind: 'delay',
				service: 'brevo',
				path: '^/v3/contacts',
				delayMs: VERY_SLOW_MS,
				times: ALWAYS,
			});
			await stage.change('Quota Guard', { monthlyLimit: 1_000 });
			await arrived(stage, 45);
			await emittedTwice(stage);
			expect(await settled(stage, ledger, { limit: 1_000, mayWait: false })).toEqual([]);
			expect(stage.sandbox.brevo.admin.contacts({})).toHaveLength(76);

			expect(await renamedInBrevo(cluster, ledger, 1_000)).toBe('Backname');
			const answer = await fetch(`${stage.sandbox.origin}/v3/webhooks?type=marketing`, {
				headers: { 'api-key': BREVO_KEY },
			});
			expect(await answer.text()).toContain(cluster.webhookOrigin);
		});
	},
);

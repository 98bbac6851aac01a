import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { dayIn, explain, guard, runsOutAt } from '../../sync/index.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { GuardDecision, GuardInput, GuardResult } from '../../sync/quota/guard.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { brevoMeter, noteCalls } from '../context/calls.ts';
import { forPeople } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import {
	contactOf,
	countsInWords,
	integrationOf,
	itemFrom,
	SEND_AGAIN,
	syncOf,
} from '../context/items.ts';
import { requireSameLedger, withLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { mailHint, tell } from './alert.ts';
import { description } from './description.ts';
import { requireMapped } from './requireMapped.ts';
import { guardSettings } from './settings.ts';

export class QuotaGuard implements INodeType {
	description = description;

	methods = { credentialTest: { contactSyncLedgerApiTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const host = n8nHost(this, this.getExecutionCancelSignal());
		try {
			const settings = guardSettings(this, host.clock.now());
			return await withLedger(this, host, async (ledger) => {
				const inputs = items.map((item) => {
					const sync = syncOf(item);
					const contact = contactOf(item);
					return { ...(sync && { sync }), ...(contact && { contact }) };
				});
				requireSameLedger(
					this.getNode(),
					ledger,
					inputs.map(({ sync }) => sync),
				);
				requireMapped(this.getNode(), items);
				const access = await brevoAccess(this, host);
				const rule = { ...settings.rule, account: await brevoAccount(access, ledger) };
				const result = await guard(ledger, rule, inputs);
				const { status, notices } = result;
				const runsOut = runsOutAt(status, rule.period, host.clock.now());
				const alerts = await tell(
					notices,
					settings.mail,
					{ client: access.client, ledger },
					{
						status,
						period: rule.period,
						zone: settings.zone,
						waiting: notices.length > 0 ? await waiting(ledger, inputs) : 0,
						runsOutAt: runsOut,
					},
				);
				// Those of a page are confirmed when it is acknowledged: only then was the alert passed on.
				if (!inputs.some(({ sync }) => sync?.page))
					await ledger.quota.confirmNotices(rule.account, rule.period.id, notices);
				await noteCalls(ledger, integrationOf(items), brevoMeter(access.client));
				this.addExecutionHints(
					{ message: summary(result, settings.zone, runsOut), location: 'outputPane' },
					...alerts.flatMap(mailHint),
				);
				return [
					items.flatMap((item, index) => allowed(item, index, result.decisions[index])),
					items.flatMap((item, index) =>
						heldBack(item, index, result.decisions[index], status.limit),
					),
					alerts,
				];
			});
		} catch (error) {
			throw forPeople(this.getNode(), error);
		}
	}
}

/** Records of these integrations that wait, for whatever reason. */
async function waiting(ledger: Ledger, inputs: readonly GuardInput[]): Promise<number> {
	const names = new Set(inputs.flatMap(({ sync }) => (sync ? [sync.integration] : [])));
	let count = 0;
	for (const name of names) count += await ledger.pages.deferredCount(name);
	return count;
}

function allowed(
	item: INodeExecutionData,
	index: number,
	decision: GuardDecision | undefined,
): INodeExecutionData[] {
	if (decision?.kind !== 'allowed') return [];
	const { hash, inDoubt, task } = decision;
	const more = { ...(hash && { hash }), ...(inDoubt && { inDoubt }), task };
	const sync = { ...(item.json['sync'] as object | undefined), ...more };
	return [{ json: { ...item.json, sync }, pairedItem: { item: index } }];
}

function heldBack(
	item: INodeExecutionData,
	index: number,
	decision: GuardDecision | undefined,
	quota: number,
): INodeExecutionData[] {
	if (decision?.kind !== 'held') return [];
	const { outcome, limit, field, owner, number } = decision;
	const isLost = outcome === 'deferred' && syncOf(item) === undefined;
	const why =
		limit === undefined
			? { message: 'Nothing that is mapped has changed since the last write.', remedy: '' }
			: isLost
				? {
						message: `The monthly quota of ${inWords(quota)} tasks is used up.`,
						remedy: SEND_AGAIN,
					}
				: explain(limit, {
						...(field && { field, attribute: field }),
						...(owner && { names: [owner] }),
						number: limit === 'quota-exhausted' ? quota : number,
					});
	return [
		itemFrom(item, index, {
			outcome,
			...(limit && { limit }),
			reason: why.message,
			...(why.remedy && { remedy: why.remedy }),
		}),
	];
}

const inWords = (count: number): string => count.toLocaleString('en');

function summary(
	{ decisions, status }: GuardResult,
	zone: string,
	runsOut: number | undefined,
): string {
	const counts: Record<string, number> = {
		allowed: 0,
		unchanged: 0,
		excluded: 0,
		rejected: 0,
		deferred: 0,
	};
	for (const decision of decisions) {
		const word = decision.kind === 'allowed' ? 'allowed' : decision.outcome;
		counts[word] = (counts[word] ?? 0) + 1;
	}
	const left = Math.max(0, status.limit - status.used);
	const month = `${inWords(left)} of ${inWords(status.limit)} tasks left this month`;
	const isOpen = status.used < status.limit - status.lane;
	const pace = runsOut === undefined ? '' : `, at this pace used up on ${dayIn(zone, runsOut)}`;
	const kept = left > 0 ? ', kept for opt-outs and deletions' : '';
	return `${countsInWords(counts)}; ${month}${isOpen ? pace : kept}`;
}

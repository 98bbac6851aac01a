import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { explain, guard, periodAt, periodRuleProblem } from '../../sync/index.ts';
import type { GuardDecision, GuardResult, GuardRule } from '../../sync/quota/guard.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { forPeople } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { contactOf, countsInWords, itemFrom, syncOf } from '../context/items.ts';
import { requireSameLedger, withLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { targetBehind } from '../context/target.ts';
import { alertItem } from './alert.ts';
import { description } from './description.ts';

export class QuotaGuard implements INodeType {
	description = description;

	methods = { credentialTest: { contactSyncLedgerApiTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const host = n8nHost(this, this.getExecutionCancelSignal());
		try {
			const quota = quotaOf(this, host.clock.now());
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
				const account = await brevoAccount(await brevoAccess(this, host), ledger);
				const rule = { ...quota, account };
				const result = await guard(ledger, rule, inputs);
				this.addExecutionHints({ message: summary(result), location: 'outputPane' });
				return [
					items.flatMap((item, index) => allowed(item, index, result.decisions[index])),
					items.flatMap((item, index) =>
						heldBack(item, index, result.decisions[index], rule.limit),
					),
					result.notices.map((notice) => alertItem(notice, result.status, rule)),
				];
			});
		} catch (error) {
			throw forPeople(this.getNode(), error);
		}
	}
}

/** Reads and checks the parameters; throws at the parameter that is wrong. */
function quotaOf(context: IExecuteFunctions, now: number): Omit<GuardRule, 'account'> {
	const limit = context.getNodeParameter('monthlyLimit', 0);
	const warnShare = context.getNodeParameter('warnAt', 0);
	const options = context.getNodeParameter('options', 0) as {
		anchorDay?: number;
		timeZone?: string;
	};
	const rule = {
		zone: options.timeZone || context.getTimezone(),
		anchorDay: options.anchorDay ?? 1,
	};
	const problem = periodRuleProblem(rule) ?? limitProblem(limit) ?? shareProblem(warnShare);
	if (problem !== undefined) throw new NodeOperationError(context.getNode(), problem);
	return {
		period: periodAt(now, rule),
		limit: Number(limit),
		warnAt: Math.ceil((Number(limit) * Number(warnShare)) / 100),
		target: targetBehind(context),
	};
}

const limitProblem = (limit: unknown): string | undefined =>
	Number.isInteger(limit) && Number(limit) >= 1
		? undefined
		: 'The monthly limit must be a whole number of at least 1. To stop the sync, unpublish the workflow.';

const shareProblem = (share: unknown): string | undefined =>
	typeof share === 'number' && share >= 1 && share <= 100
		? undefined
		: 'The warning share must be a number from 1 to 100.';

function allowed(
	item: INodeExecutionData,
	index: number,
	decision: GuardDecision | undefined,
): INodeExecutionData[] {
	if (decision?.kind !== 'allowed') return [];
	const { hash, task } = decision;
	const sync = { ...(item.json['sync'] as object | undefined), ...(hash && { hash }), task };
	return [itemFrom(item, index, { sync })];
}

function heldBack(
	item: INodeExecutionData,
	index: number,
	decision: GuardDecision | undefined,
	quota: number,
): INodeExecutionData[] {
	if (decision?.kind !== 'held') return [];
	const { outcome, limit, field, owner, number } = decision;
	const why =
		limit === undefined
			? { message: 'Nothing that is mapped has changed since the last write.', remedy: '' }
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

function summary({ decisions, status }: GuardResult): string {
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
	const left = Math.max(0, status.limit - status.used).toLocaleString('en');
	return `${countsInWords(counts)}; ${left} of ${status.limit.toLocaleString('en')} tasks left this month`;
}

import { randomUUID } from 'node:crypto';
import { isGone, type SyncContext } from '../changes/change.ts';
import type { Ledger, Notice, QuotaStatus, TaskKey, TaskRequest } from '../ledger/ledger.ts';
import type { LimitId } from '../limits/table.ts';
import type { MappedContact } from '../mapping/map-record.ts';
import { type Candidate, planWrites, type Verdict } from '../plan.ts';
import { planBack } from '../plan-back.ts';
import type { Period } from './period.ts';
import { taskKey } from './task-key.ts';

export interface GuardRule {
	/** Brevo organisation id: the quota is per account, over all workflows. */
	readonly account: string;
	readonly period: Period;
	/** Tasks a period. */
	readonly limit: number;
	/** Tasks of the limit that are kept for opt-outs and deletions. */
	readonly lane: number;
	/** Tasks at which the warning is due. */
	readonly warnAt: number;
	/** Where the records are written to; see `planWrites`. */
	readonly target: string;
}

export interface GuardInput {
	/** Absent for an item of somebody else's workflow: it costs a task and has no ledger features. */
	readonly sync?: SyncContext;
	/** Absent for a deletion. */
	readonly contact?: MappedContact;
}

export type GuardDecision =
	| {
			readonly kind: 'allowed';
			readonly hash?: string;
			readonly inDoubt?: true;
			readonly task: TaskKey;
	  }
	| {
			readonly kind: 'held';
			readonly outcome: 'unchanged' | 'excluded' | 'rejected' | 'deferred';
			readonly limit?: LimitId;
			readonly field?: string;
			readonly owner?: string;
			readonly waitsFor?: string;
			readonly number?: number;
	  };

export interface GuardResult {
	/** In the order of the input. */
	readonly decisions: readonly GuardDecision[];
	readonly status: QuotaStatus;
	readonly notices: readonly Notice[];
}

/**
 * Drops what need not be written, then reserves one task for each record that must be, as far as
 * the month's limit reaches (decision 11). What does not fit is deferred by id and comes again.
 * Everything that ends here is recorded in the ledger. Rejects when the ledger is out of reach;
 * then nothing may be sent.
 */
export async function guard(
	ledger: Ledger,
	rule: GuardRule,
	inputs: readonly GuardInput[],
): Promise<GuardResult> {
	const verdicts = await verdictsOf(ledger, rule, inputs);
	const requests = inputs.map((input, index) => taskRequest(input, verdicts[index]));
	const reservation = await ledger.quota.reserve({
		account: rule.account,
		period: rule.period.id,
		periodEnds: rule.period.endsAt,
		limit: rule.limit,
		lane: rule.lane,
		warnAt: rule.warnAt,
		claimant: inputs.find(({ sync }) => sync?.page)?.sync?.page ?? '',
		requests: requests.filter((request) => request !== undefined),
	});
	const decisions = requests.map((request, index): GuardDecision => {
		if (!request) return heldBy(verdicts[index]);
		if (!reservation.granted.has(request.key)) {
			return { kind: 'held', outcome: 'deferred', limit: 'quota-exhausted' };
		}
		const task = { account: rule.account, key: request.key };
		const verdict = verdicts[index];
		if (verdict?.kind !== 'write') return { kind: 'allowed', task };
		const { hash, inDoubt } = verdict;
		return { kind: 'allowed', task, hash, ...(inDoubt && { inDoubt }) };
	});
	await recordHeld(ledger, rule, inputs, decisions);
	return { decisions, status: reservation, notices: reservation.notices };
}

/** Verdicts in input order; undefined for items without sync context. */
async function verdictsOf(
	ledger: Ledger,
	rule: GuardRule,
	inputs: readonly GuardInput[],
): Promise<Array<Verdict | undefined>> {
	const verdicts: Array<Verdict | undefined> = inputs.map(() => undefined);
	for (const indexes of byIntegration(inputs).values()) {
		const candidates = indexes.flatMap((index) => {
			const { sync, contact } = inputs[index] ?? {};
			return sync ? [{ sync, ...(contact && { contact }) }] : [];
		});
		const planned = await plan(ledger, rule, candidates);
		indexes.forEach((index, position) => (verdicts[index] = planned[position]));
	}
	return verdicts;
}

const plan = async (
	ledger: Ledger,
	{ account, target }: GuardRule,
	candidates: readonly Candidate[],
): Promise<Verdict[]> =>
	candidates[0]?.sync.backOf === undefined
		? await planWrites(ledger, account, target, candidates)
		: await planBack(ledger, account, candidates);

function byIntegration(inputs: readonly GuardInput[]): Map<string, number[]> {
	const groups = new Map<string, number[]>();
	inputs.forEach(({ sync }, index) => {
		if (!sync) return;
		const group = groups.get(sync.integration);
		if (group) group.push(index);
		else groups.set(sync.integration, [index]);
	});
	return groups;
}

/** Removals and opt-outs may use the lane; what else changes of somebody who objected long ago, not. */
function taskRequest(
	{ sync, contact }: GuardInput,
	verdict: Verdict | undefined,
): TaskRequest | undefined {
	const lane = (optsOut: boolean | undefined) => (!contact || optsOut) && { reserved: true };
	if (!sync) return { key: randomUUID(), hash: '', ...lane(contact?.emailBlacklisted) };
	if (verdict?.kind !== 'write') return undefined;
	return { key: taskKey(sync), hash: verdict.hash, ...lane(verdict.optsOut) };
}

function heldBy(verdict: Verdict | undefined): GuardDecision {
	if (!verdict || verdict.kind === 'write') throw new Error('A record without a verdict');
	if (verdict.kind === 'unchanged') return { kind: 'held', outcome: 'unchanged' };
	const { kind, ...reason } = verdict;
	return { kind: 'held', outcome: kind, ...reason };
}

const goneOf = ({ change }: SyncContext): { readonly gone?: true } =>
	isGone(change) ? { gone: true } : {};

async function recordHeld(
	ledger: Ledger,
	rule: GuardRule,
	inputs: readonly GuardInput[],
	decisions: readonly GuardDecision[],
): Promise<void> {
	const integrations = new Set(inputs.flatMap(({ sync }) => (sync ? [sync.integration] : [])));
	for (const name of integrations) await ledger.integrations.bindBrevoAccount(name, rule.account);
	await ledger.pages.record(
		decisions.flatMap((decision, index) => {
			const sync = inputs[index]?.sync;
			if (!sync || decision.kind === 'allowed') return [];
			return [
				{
					integration: sync.integration,
					recordId: sync.id,
					outcome: decision.outcome,
					...(sync.page !== undefined && { page: sync.page }),
					...(decision.limit && { limit: decision.limit }),
					...(decision.field && { field: decision.field }),
					...(decision.waitsFor && { waitsFor: decision.waitsFor }),
					...(decision.outcome === 'deferred' && { dueAt: 0, ...goneOf(sync) }),
				},
			];
		}),
	);
}

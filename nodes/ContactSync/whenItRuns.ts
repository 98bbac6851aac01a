import type { OperationInput } from './operation.ts';

/** When an integration looks next, in words: what was asked of it happens then. */
export async function whenItRuns(
	{ ledger, host }: Pick<OperationInput, 'ledger' | 'host'>,
	integration: string,
): Promise<string> {
	const known = await ledger.integrations.get(integration);
	const isRunning = ((await ledger.desk.leaseUntil(integration)) ?? 0) > host.clock.now();
	if (!isRunning || known?.state === 'inactive') return 'When its workflow is published.';
	if (known?.pausedAt !== undefined) return 'When somebody resumes the integration.';
	return 'At its next look, within one interval.';
}

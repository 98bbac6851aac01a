import { targetHash } from '../plan.ts';
import type { Delivery, DeliveryTools } from './delivery.ts';

/** Remembers which lists the target stands for: a link knows only its hash. */
export async function rememberPlace(
	{ ledger }: DeliveryTools,
	deliveries: readonly Delivery[],
	{ listIds, target }: { readonly listIds: readonly number[]; readonly target: string },
): Promise<void> {
	if (!ledger) return;
	const hash = targetHash(ledger, target);
	const wanted = [...new Set(listIds)].sort((a, b) => a - b);
	const integrations = new Set(deliveries.flatMap(({ sync }) => (sync ? [sync.integration] : [])));
	for (const integration of integrations) {
		const known = (await ledger.links.places(integration)).get(hash) ?? [];
		if (known.join() !== wanted.join()) await ledger.links.notePlace(integration, hash, wanted);
	}
}

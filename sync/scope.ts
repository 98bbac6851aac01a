import { CHANGE_KINDS, type ChangeKind } from './changes/change.ts';
import type { Integration, Ledger } from './ledger/ledger.ts';

/**
 * Which records an integration is about, as its Salesforce trigger read them last. Kept in the ledger,
 * so that a reconciliation means the same records. Holds conditions that people chose, no contact.
 */
export interface Scope {
	/** Compiled SOQL condition; see `compileFilter`. */
	readonly filter?: string;
	/** Kinds of change that are wanted. */
	readonly kinds: ReadonlySet<ChangeKind>;
}

/** Remembers the scope of an integration, when it is another than before. */
export async function saveScope(
	ledger: Ledger,
	name: string,
	{ filter, kinds }: Scope,
): Promise<void> {
	const json = JSON.stringify({
		...(filter !== undefined && { filter }),
		kinds: CHANGE_KINDS.filter((kind) => kinds.has(kind)),
	});
	const known = await ledger.integrations.get(name);
	if (known && known.scope !== json) await ledger.integrations.saveScope(name, json);
}

/** The scope that was saved; undefined before the trigger was published with this version. */
export function scopeOf({ scope }: Integration): Scope | undefined {
	if (scope === undefined) return undefined;
	const { kinds, ...rest } = JSON.parse(scope) as { filter?: string; kinds: ChangeKind[] };
	return { ...rest, kinds: new Set(kinds) };
}

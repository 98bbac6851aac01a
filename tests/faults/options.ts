import type { WorldOptions } from '../both-ways/world.ts';
import { CONFLICT_RULES } from '../../sync/merge.ts';
import type { Random } from './playing.ts';
import type { SceneName } from './rows.ts';

type Options = Omit<WorldOptions, 'object'>;

/** How people have set the integration up; by lot, where it may be one way or the other. */
export function optionsOf(scene: SceneName, seed: number, random: Random): Options {
	const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
	const rule = () => pick(CONFLICT_RULES);
	return {
		mapping: [
			{ attribute: 'EMAIL', field: 'Email', rule: rule() },
			{ attribute: 'FIRSTNAME', field: 'FirstName', rule: rule() },
			{ attribute: 'LASTNAME', field: 'LastName', rule: rule() },
			{ attribute: 'SMS', field: 'MobilePhone', rule: rule() },
		],
		onDeletionInBrevo: pick(['nothing', 'delete']),
		onDeletionInSalesforce: pick(['removeFromList', 'delete']),
		...(scene === 'reconcile' && { oneWay: true }),
		// Of a first import every other is read as a file.
		...(scene === 'import' && seed % 2 === 0 && { bulkAbove: 0 }),
	};
}

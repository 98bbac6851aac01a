import { SNAPSHOT_ABOVE, SNAPSHOT_PAGE } from '../changes/page-sizes.ts';
import { IMPORT_ABOVE_ROWS } from '../deliver/upsert.ts';

/** What is known before a workflow is published. */
export interface Scope {
	/** Records that the trigger's object and filter take in. */
	readonly records: number;
	/** Those of them with an e-mail address or a mobile number, which alone can become contacts. */
	readonly reachable: number;
	/** Most records of one execution, where there are too few for Bulk API. */
	readonly pageSize: number;
	/** Tasks that ordinary writes may use in a month. */
	readonly tasksPerMonth: number;
	/** Those of this month that are used already. */
	readonly used: number;
}

/** What the first import will take, at most: records that Brevo or a limit refuses cost no task. */
export interface Estimate {
	readonly records: number;
	readonly tasks: number;
	readonly salesforceCalls: number;
	readonly brevoCalls: number;
	/** Of work; waiting for the next quota month not counted. Rounded up. */
	readonly minutes: number;
	/** Quota months it stretches over; 1 = this month. */
	readonly months: number;
}

/**
 * An import is looked at after 1, 2 and 4 seconds (see brevo/processes.ts); Brevo's own took a few
 * seconds for a page of 500. Each look is one of the 100 calls an hour that Brevo grants.
 */
const LOOKS_PER_IMPORT = 3;
const SECONDS_PER_IMPORT = 8;
const LOOKS_PER_HOUR = 100;
/** Single writes: Brevo's ten a second, one after the other. */
const SECONDS_PER_WRITE = 0.2;

/** Bulk API: a count, a job, about six looks at it, and its end. */
const CALLS_PER_JOB = 9;

/** The most that the first import of a scope takes. All numbers whole and not negative. */
export function estimate({ records, reachable, pageSize, tasksPerMonth, used }: Scope): Estimate {
	const isBulk = records > SNAPSHOT_ABOVE;
	const pages = Math.ceil(records / (isBulk ? SNAPSHOT_PAGE : pageSize));
	const rowsPerPage = pages === 0 ? 0 : Math.ceil(reachable / pages);
	const imports = rowsPerPage > IMPORT_ABOVE_ROWS ? pages : 0;
	const looks = imports * LOOKS_PER_IMPORT;
	const seconds =
		imports > 0
			? Math.max(imports * SECONDS_PER_IMPORT, (looks - LOOKS_PER_HOUR) * (3600 / LOOKS_PER_HOUR))
			: reachable * SECONDS_PER_WRITE;
	const beyondThisMonth = Math.max(0, reachable - Math.max(0, tasksPerMonth - used));
	return {
		records,
		tasks: reachable,
		// A count; then the page that comes back short tells that nothing follows.
		salesforceCalls: isBulk ? CALLS_PER_JOB + pages : Math.floor(records / pageSize) + 2,
		brevoCalls: imports > 0 ? imports + looks : reachable,
		minutes: Math.ceil(seconds / 60),
		months: 1 + (tasksPerMonth > 0 ? Math.ceil(beyondThisMonth / tasksPerMonth) : 0),
	};
}

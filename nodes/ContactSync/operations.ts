import { approveRemovals } from './approveRemovals.operation.ts';
import { dashboard } from './dashboard.operation.ts';
import { estimate } from './estimate.operation.ts';
import { explainContact } from './explainContact.operation.ts';
import { exportRuns } from './exportRuns.operation.ts';
import { getManyRejections } from './getManyRejections.operation.ts';
import { getQuota } from './getQuota.operation.ts';
import { getStatus } from './getStatus.operation.ts';
import type { Operation } from './operation.ts';
import { pause } from './pause.operation.ts';
import { reconcile } from './reconcile.operation.ts';
import { replay } from './replay.operation.ts';
import { resume } from './resume.operation.ts';
import { setMonthlyLimit } from './setMonthlyLimit.operation.ts';

/** All that the desk can do, in the order of their names. A new one is a file and a line. */
export const OPERATIONS: readonly Operation[] = [
	approveRemovals,
	dashboard,
	estimate,
	explainContact,
	exportRuns,
	getManyRejections,
	getQuota,
	getStatus,
	pause,
	reconcile,
	replay,
	resume,
	setMonthlyLimit,
];

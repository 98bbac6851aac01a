import type { IDataObject } from 'n8n-workflow';
import { runsOutAt } from '../../sync/index.ts';
import type { CurrentQuota } from '../../sync/ledger/ledger.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import type { Operation } from './operation.ts';

/** How the month of a Brevo account stands. */
export const getQuota: Operation = {
	option: {
		name: 'Get Quota',
		value: 'quota',
		action: 'Get the quota of the month',
		description: 'What is used, what is left and until when it lasts',
	},
	logsInTo: ['brevo'],
	fields: [],
	execute: async ({ context, host, ledger }) => {
		const account = await brevoAccount(await brevoAccess(context, host), ledger);
		const now = host.clock.now();
		const quota = await ledger.quota.current(account, now);
		return [{ json: { brevoAccount: account, ...quotaInWords(quota, now) } }];
	},
};

/** The numbers of a quota as an item shows them. */
export function quotaInWords(quota: CurrentQuota | undefined, now: number): IDataObject {
	if (!quota) return { known: false };
	const runsOut = runsOutAt(quota, { startsAt: 0, endsAt: quota.endsAt }, now);
	return {
		known: true,
		used: quota.used,
		limit: quota.limit,
		left: Math.max(0, quota.limit - quota.used),
		reserved: quota.lane,
		paused: quota.used >= quota.limit - quota.lane,
		periodEndsAt: new Date(quota.endsAt).toISOString(),
		...(runsOut !== undefined && { runsOutAt: new Date(runsOut).toISOString() }),
	};
}

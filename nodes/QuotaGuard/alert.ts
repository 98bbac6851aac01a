import type { INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { noticeText, sendMail } from '../../sync/index.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { Mail } from '../../sync/brevo/mail.ts';
import type { Ledger, Notice, QuotaStatus } from '../../sync/ledger/ledger.ts';
import type { NoticeFacts } from '../../sync/quota/notice.ts';
import type { GuardSettings } from './settings.ts';

/** Sends the e-mails, if somebody is to get them, and gives the items of the Alert output. */
export async function tell(
	notices: readonly Notice[],
	mail: GuardSettings['mail'],
	tools: Tools,
	facts: NoticeFacts,
): Promise<INodeExecutionData[]> {
	const { status, period, runsOutAt } = facts;
	const items: INodeExecutionData[] = [];
	for (const notice of notices) {
		const text = noticeText(notice, facts);
		const { subject, paragraphs } = text;
		items.push({
			json: {
				notice,
				subject,
				message: paragraphs.join(' '),
				used: status.used,
				limit: status.limit,
				reserved: status.lane,
				waiting: facts.waiting,
				period: status.period,
				resumesAt: new Date(period.endsAt).toISOString(),
				...(runsOutAt !== undefined && { runsOutAt: new Date(runsOutAt).toISOString() }),
				brevoAccount: status.account,
				...(mail && { email: await send(tools, notice, status, { ...mail, ...text }) }),
			},
			// An alert comes from the whole batch, not from one item.
			pairedItem: { item: 0 },
		});
	}
	return items;
}

interface Tools {
	readonly client: BrevoClient;
	readonly ledger: Ledger;
}

/** What became of an e-mail. One that Brevo refuses must not stop the contacts. */
async function send(
	{ client, ledger }: Tools,
	notice: Notice,
	{ account, period }: QuotaStatus,
	mail: Omit<Mail, 'name'>,
): Promise<string> {
	if (!(await ledger.quota.isMailed(account, period, notice))) {
		const name = `${ledger.id} ${account} ${period} ${notice}`;
		const result = await sendMail(client, { ...mail, name });
		if (result.kind === 'not-sent') return `${NOT_SENT}${result.reason}`;
		await ledger.quota.noteMailed(account, period, notice);
	}
	return `sent to ${mail.to.join(', ')}`;
}

const NOT_SENT = 'not sent: ';

/** Says in the editor that a mail did not go out. */
export const mailHint = ({ json }: INodeExecutionData): NodeExecutionHint[] =>
	typeof json['email'] === 'string' && json['email'].startsWith(NOT_SENT)
		? [{ message: `The notice was ${json['email']}`, type: 'warning', location: 'outputPane' }]
		: [];

import type { INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { noticeText, sendMail } from '../../sync/index.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { Notice } from '../../sync/ledger/ledger.ts';
import type { NoticeFacts } from '../../sync/quota/notice.ts';
import { inOneLine } from '../context/errors.ts';
import type { GuardSettings } from './settings.ts';

/** Sends the e-mails, if somebody is to get them, and gives the items of the Alert output. */
export async function tell(
	notices: readonly Notice[],
	{ mail }: GuardSettings,
	client: BrevoClient,
	facts: NoticeFacts,
): Promise<INodeExecutionData[]> {
	const { status, period, runsOutAt } = facts;
	const items: INodeExecutionData[] = [];
	for (const notice of notices) {
		const { subject, paragraphs } = noticeText(notice, facts);
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
				...(mail && { email: await send(client, { ...mail, subject, paragraphs }) }),
			},
			// An alert comes from the whole batch, not from one item.
			pairedItem: { item: 0 },
		});
	}
	return items;
}

/** What became of an e-mail. A mail that Brevo refuses must not stop the contacts. */
async function send(client: BrevoClient, mail: Parameters<typeof sendMail>[1]): Promise<string> {
	try {
		await sendMail(client, mail);
		return `sent to ${mail.to.join(', ')}`;
	} catch (error) {
		return `${NOT_SENT}${inOneLine(error)}`;
	}
}

const NOT_SENT = 'not sent: ';

/** Says in the editor that a mail did not go out. */
export const mailHint = ({ json }: INodeExecutionData): NodeExecutionHint[] =>
	typeof json['email'] === 'string' && json['email'].startsWith(NOT_SENT)
		? [{ message: `The notice was ${json['email']}`, type: 'warning', location: 'outputPane' }]
		: [];

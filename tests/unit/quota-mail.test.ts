import { sendMail } from '../../sync/brevo/mail.ts';
import { bodyOf, json, pathOf, rate, type Reply, world } from './brevo-script.ts';

const mail = {
	from: 'crm@example.com',
	to: ['a@example.com', 'b@example.com'],
	subject: 'Salesforce to Brevo: 80 % is used',
	paragraphs: ['Tasks < limit & more.', 'Raise it.'],
	name: 'ledger account 2026-11-01 warning',
};
const sent = json(201, { messageId: '<1@brevo>' });

describe('the e-mail of a notice', () => {
	test('goes out as text and as HTML, from the sender, to everybody', async () => {
		const { client, requests } = world(() => sent);
		expect(await sendMail(client, mail)).toEqual({ kind: 'sent' });
		expect(requests.map(pathOf)).toEqual(['POST /smtp/email']);
		expect(bodyOf(requests[0])).toEqual({
			sender: { email: 'crm@example.com' },
			to: [{ email: 'a@example.com' }, { email: 'b@example.com' }],
			subject: 'Salesforce to Brevo: 80 % is used',
			textContent: 'Tasks < limit & more.\n\nRaise it.',
			htmlContent:
				'<html><body><p>Tasks &lt; limit &amp; more.</p>\n<p>Raise it.</p></body></html>',
			headers: { idempotencyKey: expect.any(String) },
		});
	});

	test('bears the same key when it is sent again after a crash, and another as another mail', async () => {
		const { client, requests } = world(() => sent);
		await sendMail(client, mail);
		await sendMail(client, mail);
		await sendMail(client, { ...mail, name: 'ledger account 2026-11-01 exhausted' });
		const keys = requests.map((request) => {
			const { headers } = bodyOf(request) as { headers: { idempotencyKey: string } };
			return headers.idempotencyKey;
		});
		expect(keys[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/);
		expect(keys[1]).toBe(keys[0]);
		expect(keys[2]).not.toBe(keys[0]);
	});

	test.each<[string, Reply, RegExp]>([
		[
			'a sender that is not verified',
			json(400, { code: 'invalid_parameter', message: 'Sender is invalid / inactive' }),
			/^Brevo refused it \(invalid_parameter\)\. Check .* that the sender is verified\.$/,
		],
		[
			'an account without credits',
			json(402, { code: 'not_enough_credits', message: 'No credits' }),
			/credit/i,
		],
		[
			'no answer',
			'no-answer',
			/did not answer; it may have gone out all the same\. It is not tried/,
		],
		[
			'a 429 of half an hour',
			{ status: 429, headers: rate(1_000, 0, 1_800) },
			/rate limit is used up/,
		],
	])('that meets %s is a result and no error', async (_, reply, reason) => {
		const { client, requests } = world(() => reply);
		const result = await sendMail(client, mail);
		expect(result).toEqual({ kind: 'not-sent', reason: expect.stringMatching(reason) });
		expect(JSON.stringify(result)).not.toMatch(/@example|tried again after/);
		expect(requests).toHaveLength(1);
	});

	test('stops when the run is cancelled', async () => {
		const { client, cancel } = world(() => 'silence');
		const sending = sendMail(client, mail);
		cancel();
		await expect(sending).rejects.toThrow('cancelled by the user');
	});

	test('goes out although imports have used up the hundred calls an hour', async () => {
		const { client } = world(({ url }) => (url.endsWith('/smtp/email') ? sent : json(200, {})));
		for (let call = 0; call < 100; call += 1) await client.request('GET /processes');
		await expect(client.request('GET /processes')).rejects.toThrow(/rate limit/);
		expect(await sendMail(client, mail)).toEqual({ kind: 'sent' });
	});

	test('does not make us believe that imports may be looked at a thousand times an hour', async () => {
		const { client } = world(({ url }) =>
			url.endsWith('/smtp/email')
				? json(201, { messageId: '<1@brevo>' }, rate(1_000, 999, 1))
				: json(200, {}),
		);
		await sendMail(client, mail);
		for (let call = 0; call < 100; call += 1) await client.request('GET /processes');
		await expect(client.request('GET /processes')).rejects.toThrow(/rate limit/);
	});
});

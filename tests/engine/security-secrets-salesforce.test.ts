/** @jest-environment-options {"anew": true} */
import './log-all.ts';
import type { EngineRun } from './harness.ts';
import { LATER, mapped, PERSON, Planted } from './planted.ts';
import { BACK, backTemplate } from './scene.ts';

describe('secrets and contact values that Salesforce quotes', () => {
	let planted: Planted;
	beforeEach(async () => {
		planted = await Planted.open();
	});
	afterEach(async () => {
		await planted.close();
	});

	it.each([
		[400, 'MALFORMED_QUERY'],
		[400, 'INVALID_FIELD'],
		[401, 'INVALID_SESSION_ID'],
		[403, 'REQUEST_LIMIT_EXCEEDED'],
		[403, 'API_DISABLED_FOR_ORG'],
		[404, 'NOT_FOUND'],
		[500, 'UNKNOWN_EXCEPTION'],
		[503, 'SERVER_UNAVAILABLE'],
		[400, 'SOMETHING_NEW'],
	])('in a %d %s to a query, in a round and at publication', async (status, errorCode) => {
		const quote = (): void => {
			planted.quoting({
				service: 'salesforce',
				path: 'query',
				status,
				body: [{ message: `field '${PERSON.LastName}' ${planted.echo}`, errorCode }],
			});
		};
		await planted.nothingLeaks(await planted.roundThenTrouble(quote));
		await planted.nothingLeaks(await planted.round());
	});

	it.each([
		['HTML', 'text/html', (quote: string) => `<html>${quote}</html>`],
		['text', 'text/plain', (quote: string) => quote],
		['half of a JSON', 'application/json', (quote: string) => `[{"a": ${quote} oops}]`],
	])('as %s instead of an answer, in a round and at publication', async (_, type, form) => {
		const seen = await planted.roundThenTrouble(() => {
			const body = form(JSON.stringify({ message: planted.echo }));
			const headers = { 'content-type': type };
			planted.quoting({ service: 'salesforce', status: 200, headers, body });
		});
		await planted.nothingLeaks(seen);
		await planted.nothingLeaks(await planted.round());
	});

	it.each(['invalid_grant', 'invalid_client', 'invalid_client_id', 'something_new'])(
		'in a login refused as %s',
		async (error) => {
			planted.quoting({
				service: 'salesforce',
				path: 'oauth2/token',
				status: 400,
				body: { error, error_description: planted.echo },
			});
			const seen = await planted.round();
			expect(seen.failed).toHaveLength(1);
			await planted.nothingLeaks(seen);
		},
	);

	it.each(['403::', '400::', ''])(
		'in a refusal of change events that begins with "%s"',
		async (code) => {
			const refused = { channel: '/meta/handshake', successful: false };
			planted.quoting({
				service: 'salesforce',
				path: '^/cometd/',
				status: 200,
				body: [{ ...refused, error: `${code}${planted.echo}` }],
			});
			const seen = await planted.roundThenTrouble(() => undefined, mapped({ changeEvents: true }));
			expect(seen.failed.map(({ message }) => message)).toEqual([
				expect.stringMatching(/^Salesforce sends no change events: it refused them/),
			]);
			await planted.nothingLeaks(seen);
		},
	);

	describe('on the way back', () => {
		beforeEach(async () => {
			await planted.round();
			planted.scene.sandbox.brevo.admin.edit({ ext_id: planted.id, attributes: LATER });
			await planted.scene.hint(planted.id);
		});

		it.each([
			['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'the user’s own validation rule'],
			['STRING_TOO_LONG', 'a text'],
			['DUPLICATES_DETECTED', 'a duplicate rule'],
			['SOMETHING_NEW', 'what nobody knows'],
		])('in a record refused as %s: %s', async (statusCode) => {
			const message = `field '${LATER.LASTNAME}': ${planted.echo}`;
			planted.quoting({
				service: 'salesforce',
				method: 'PATCH',
				status: 200,
				body: [{ success: false, errors: [{ statusCode, message }] }],
			});
			const { runs, failed, fatal } = await planted.round(backTemplate(), BACK);
			// What Salesforce says to the user stands in the item that he asked for, and only there.
			expect(runs.map(withoutWords)).toContain(true);
			await planted.nothingLeaks({ runs, failed, fatal });
		});

		it.each([400, 401, 403, 500, 503])('in a %d to a write', async (status) => {
			planted.quoting({
				service: 'salesforce',
				method: 'PATCH',
				status,
				body: [{ errorCode: 'JSON_PARSER_ERROR', message: `Cannot deserialize ${planted.echo}` }],
			});
			await planted.nothingLeaks(await planted.round(backTemplate(), BACK));
		});
	});
});

/** Takes what Salesforce told the user about his own record out of an execution; whether it was there. */
function withoutWords({ run }: EngineRun): boolean {
	let was = false;
	for (const tasks of Object.values(run.data.resultData.runData))
		for (const task of tasks)
			for (const item of task.data?.['main']?.flat() ?? []) {
				if (!item || !('salesforceSays' in item.json)) continue;
				was = true;
				delete item.json['salesforceSays'];
			}
	return was;
}

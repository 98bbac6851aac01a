import { csvRecords } from '../../sync/salesforce/csv.ts';
import type { Host } from '../../sync/host.ts';
import { world } from './brevo-script.ts';

/* Result pages of the Bulk API from a server that means no good, or that is out of order. */

const ID = '003000000000001AAA';
/** More than what is parsed at a stretch. */
const MANY = `${ID},Young\n`.repeat(15_000);
const host: Host = {
	...world(() => 'no-answer').host,
	sleep: async () => await new Promise((resolve) => setTimeout(resolve, 1)),
};

it.each([
	['a row with too many cells', `Id,LastName\n${ID},a,b\n`],
	['a row with too few', `Id,LastName\n${ID}\n`],
	['a quote that is never closed', `Id,LastName\n${ID},"a`],
	['a quote in the middle', `Id,LastName\n${ID},a"b\n`],
	['no column Id', `LastName\nYoung\n`],
	['a heading that is no field', `Id,=cmd()\n${ID},x\n`],
	['a page of HTML', '<html><body>Maintenance</body></html>'],
])('%s: the page is refused in words, early or late, and n8n goes on', async (_, text) => {
	const [header = '', ...rest] = text.split('\n');
	for (const page of [text, `${header}\n${MANY}${rest.join('\n')}`, `${text}${MANY}`]) {
		await expect(csvRecords(page, new Map(), host)).rejects.toMatchObject({
			code: 'UNREADABLE_ANSWER',
		});
	}
});

it('what the parser says of a cell stays inside: no word of the page is in the error', async () => {
	const error = await csvRecords(`Id,LastName\n${ID},a"Planted\n`, new Map(), host).catch(
		(caught: unknown) => caught as Error & { readonly remedy: string },
	);
	expect(error).toMatchObject({ code: 'UNREADABLE_ANSWER' });
	const { message, remedy } = error as { message: string; remedy: string };
	expect(message + remedy).not.toContain('Planted');
});

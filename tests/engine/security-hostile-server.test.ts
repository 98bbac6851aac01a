import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ACCESS_TOKEN, API_KEY, type Answer, type HostileServer, inNode } from './hostile-server.ts';
import { pour, startHostile } from './hostile-server.ts';
import { queryPage, fetchByIds } from '../../sync/salesforce/read.ts';
import { describeFields } from '../../sync/salesforce/describe.ts';
import { getContact } from '../../sync/brevo/contacts.ts';
import { downloadRejects } from '../../sync/brevo/rejects.ts';

/* A server that answers in bad faith, or a proxy that has gone mad: what it can cost, and what it
   can learn. */

const open: HostileServer[] = [];
const hostile = async (answer: Answer): Promise<HostileServer> => {
	const server = await startHostile(answer);
	open.push(server);
	return server;
};
afterEach(async () => {
	for (const server of open.splice(0)) await server.close();
});

const errorOf = async (work: Promise<unknown>): Promise<Error & { remedy?: string }> => {
	try {
		await work;
	} catch (error) {
		return error as Error;
	}
	throw new Error('This was not refused');
};

const MEGABYTE = 1024 * 1024;
const GIGABYTE = 1024 * MEGABYTE;

describe('a body of a gigabyte', () => {
	const endless =
		(server: () => HostileServer): Answer =>
		(_, response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			pour(server(), response, { chunk: Buffer.alloc(MEGABYTE, ' '), most: GIGABYTE });
		};

	it('is let go of early, with words that say so, and does not fill the memory', async () => {
		const server: HostileServer = await hostile((...both) => endless(() => server)(...both));
		const before = process.memoryUsage().rss;
		const error = await errorOf(
			inNode(server.origin, async ({ http }) => await http({ method: 'GET', url: server.origin })),
		);
		expect(error.name).toBe('TooLargeError');
		expect(server.sent).toBeLessThan(GIGABYTE / 4);
		expect(process.memoryUsage().rss - before).toBeLessThan(GIGABYTE / 2);
	});
});
void [gzipSync, API_KEY, ACCESS_TOKEN, queryPage, fetchByIds, describeFields, getContact, downloadRejects];
void (0 as unknown as ServerResponse);

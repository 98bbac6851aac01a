import type { BrevoContact } from '../../sync/brevo/contact.ts';
import { importContacts, type ImportedRow } from '../../sync/brevo/import.ts';
import type { ImportJournal } from '../../sync/brevo/submit.ts';
import { json, pathOf, type Reply, world } from './brevo-script.ts';

/** A Brevo whose answers to imports get lost, and which may have worked them off all the same. */
class Peer {
	/** Answers to POST /contacts/import, in order; the last one repeats. */
	answers: Reply[] = [json(202, { processId: 101 })];
	/** What GET /processes lists. */
	processes: object[] = [];
	/** Whether contacts show what was sent. */
	shows = true;
	posts = 0;
	readonly world = world((request) => {
		const path = pathOf(request);
		if (path === 'POST /contacts/import') {
			const answer = this.answers[this.posts] ?? this.answers.at(-1) ?? 'no-answer';
			this.posts += 1;
			return answer;
		}
		if (path.startsWith('GET /processes')) return json(200, { processes: this.processes });
		return json(200, { id: 1, attributes: { NOM: this.shows ? 'Name' : 'Old', EXT_ID: 'x' } });
	});
}

const completed = (id: number) => ({ id, status: 'completed', info: { import: {} } });

function memory(): ImportJournal {
	const files = new Map<string, number | undefined>();
	return {
		account: 'account',
		hash: (text) => text,
		sending: async (_, content) => void files.set(content, undefined),
		taken: async (_, content, id) => void files.set(content, id),
		find: async (_, content) => {
			const processId = files.get(content);
			const known = { content, sentAt: 0, ...(processId !== undefined && { processId }) };
			return files.has(content) ? known : undefined;
		},
		latestProcess: async () => 100,
		settled: async (_, content) => void files.delete(content),
	};
}

const CONTACTS: BrevoContact[] = [1, 2, 3, 4].map((n) => ({
	email: `person${n}@example.com`,
	ext_id: `x${n}`,
	attributes: { NOM: 'Name' },
}));

describe('a file that was sent once is not sent again', () => {
	let peer: Peer;
	let journal: ImportJournal;
	beforeEach(() => {
		peer = new Peer();
		journal = memory();
	});
	const run = async (): Promise<readonly ImportedRow[]> =>
		await importContacts(peer.world.client, CONTACTS, {
			listIds: [7],
			journal,
			download: peer.world.http,
		});
	const kinds = async (): Promise<string[]> => [...new Set((await run()).map((row) => row.kind))];

	test('its answer was lost, a process has appeared and contacts show it: that process counts', async () => {
		peer.answers = ['no-answer'];
		peer.processes = [completed(101), completed(99)];
		expect(await run()).toEqual(CONTACTS.map(() => ({ kind: 'written', processId: 101 })));
		expect(peer.posts).toBe(1);
	});

	test('we died after Brevo took it: the process that was remembered is waited for', async () => {
		peer.processes = [{ id: 101, status: 'in_process' }];
		const first = run();
		peer.world.cancel();
		await expect(first).rejects.toThrow();
		const again = new Peer();
		again.processes = [completed(101)];
		peer = again;
		expect(await kinds()).toEqual(['written']);
		expect(again.posts).toBe(0);
	});

	test('its answer was lost and no process has appeared: the rows wait, and then it is sent', async () => {
		peer.answers = ['no-answer', json(202, { processId: 102 })];
		await expect(run()).rejects.toThrow();
		peer.processes = [completed(102)];
		peer.shows = false;
		expect(await kinds()).toEqual(['written']);
		expect(peer.posts).toBe(2);
	});

	test.each([
		['the contacts do not show it', [completed(101)], false],
		['two processes may be it', [completed(102), completed(101)], true],
		['the process failed', [{ id: 101, status: 'failed' }], true],
	])('not taken for written when %s', async (_, processes, shows) => {
		peer.answers = ['no-answer'];
		peer.processes = processes;
		peer.shows = shows;
		await expect(run()).rejects.toThrow();
	});

	test('once it is known what became of it, the same contacts may be sent again', async () => {
		peer.processes = [completed(101)];
		expect(await kinds()).toEqual(['written']);
		expect(await kinds()).toEqual(['written']);
		expect(peer.posts).toBe(2);
	});
});

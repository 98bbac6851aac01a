/** 2. Import of a million contacts by ours: whether memory stays flat. */
import { inSandbox } from './arena.ts';
import { CAPPED_HEAP_MB } from './import.ts';
import { ours } from './import-sides.ts';
import { type Bench, type Section, target } from './results.ts';

const SIZES = [100_000, 1_000_000] as const;
const LARGEST = 1_000_000;

export async function measureMillion(bench: Bench): Promise<Section | undefined> {
	if (!bench.full && !bench.sizes.includes(LARGEST)) return undefined;
	const found = [];
	for (const contacts of SIZES) {
		const imported = await inSandbox(
			contacts,
			'largest',
			async (sandbox) => await ours(bench, sandbox, contacts, false, CAPPED_HEAP_MB),
		);
		bench.say(`  ${contacts} contacts: ${imported.seconds.toFixed(1)} s`);
		found.push({ contacts, ...imported });
	}
	const [small, large] = found;
	const growth =
		small?.peakMb === undefined || large?.peakMb === undefined ? null : large.peakMb / small.peakMb;
	return {
		title: 'Import of a million contacts (ours)',
		measuredAt: new Date().toISOString(),
		tables: [
			{
				columns: [
					'contacts',
					'Salesforce calls',
					'Brevo calls, contacts',
					'Brevo calls, other',
					'seconds',
					'contacts a second',
					'peak MB over idle',
					'event loop p99, ms',
				],
				rows: found.map((one) => [
					one.contacts,
					one.salesforce,
					one.brevoContacts,
					one.brevoOther,
					one.seconds,
					one.contacts / one.seconds,
					one.peakMb ?? null,
					one.loop?.p99 ?? null,
				]),
			},
		],
		targets: [target('peak memory, against 100,000', 'at most', 1.2, growth, 'x')],
		notes: [
			`n8n's heap is capped at ${CAPPED_HEAP_MB} MB. The limits are those of Brevo's largest plan, 60 calls a second on contacts and 600 an hour elsewhere. With the 100 an hour of other plans a million takes hours, because each page is an import and one or two looks at it; larger pages (Page Size of a First Import) need fewer looks.`,
		],
	};
}

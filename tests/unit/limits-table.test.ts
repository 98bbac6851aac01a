import { BACK_LIMITS } from '../../sync/limits/back.ts';
import { DELIVERY_LIMITS } from '../../sync/limits/delivery.ts';
import { explain } from '../../sync/limits/explain.ts';
import { HELP_PAGE_LIMITS } from '../../sync/limits/help-page.ts';
import { MAPPING_LIMITS } from '../../sync/limits/mapping-rows.ts';
import { NO_CHECK } from '../../sync/limits/no-check.ts';
import { isLimitId, LIMIT_IDS, LIMITS } from '../../sync/limits/table.ts';
import type { LiftableLimitId } from '../../sync/limits/table.ts';
import { VALUE_LIMITS } from '../../sync/limits/values.ts';
import { sharedText, whenShared } from './mapping-data.ts';

/** Sentences of the three kinds of notes on the help page: "Bon à savoir", quota, important. */
function sentencesOfHelpPage(): string[] {
	const lines = sharedText('reference/brevo-help-page.fr.txt').split('\n');
	const notes = lines.filter((line) => line.startsWith('Bon à savoir'));
	const from = lines.indexOf('Votre quota mensuel');
	const to = lines.indexOf('Et après ?');
	return [...notes, ...lines.slice(from, to)]
		.filter((line) => !['Votre quota mensuel', 'Informations importantes'].includes(line))
		.flatMap((line) => line.replace(/^(- |Bon à savoir : )/, '').split(/(?<=[.:]) (?=[A-ZÀ])/))
		.map((sentence) => sentence.trim());
}

describe('the table of limits', () => {
	whenShared(
		'every sentence of the help page is a limit or has a reason why it needs no check',
		() => {
			const known = new Set([
				...Object.values(HELP_PAGE_LIMITS).map(({ original }): string => original),
				...NO_CHECK.map(({ original }) => original),
			]);
			const sentences = sentencesOfHelpPage();
			expect(sentences).toHaveLength(30);
			expect(sentences.filter((sentence) => !known.has(sentence))).toEqual([]);
		},
	);

	whenShared('every sentence it cites stands on the help page, letter by letter', () => {
		const page = sharedText('reference/brevo-help-page.fr.txt');
		const cited = [...Object.values(HELP_PAGE_LIMITS), ...NO_CHECK];
		expect(cited.filter(({ original }) => !page.includes(original))).toEqual([]);
	});

	test('what can be lifted is what Brevo does not support: formula, yes/no, picklist, bulk edits', () => {
		const liftable: Record<LiftableLimitId, true> = {
			'formula-field': true,
			'boolean-field': true,
			'picklist-field': true,
			'bulk-email-edit': true,
		};
		expect(LIMIT_IDS.filter((id) => LIMITS[id].liftable).sort()).toEqual(
			Object.keys(liftable).sort(),
		);
	});

	test('ids are words and no id stands in two parts of the table', () => {
		const parts = [HELP_PAGE_LIMITS, VALUE_LIMITS, MAPPING_LIMITS, DELIVERY_LIMITS, BACK_LIMITS];
		expect(parts.flatMap((part) => Object.keys(part))).toEqual(LIMIT_IDS);
		expect(LIMIT_IDS.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
		expect(isLimitId('phone-digits')).toBe(true);
		expect(isLimitId('constructor')).toBe(false);
	});
});

describe('the words of a limit', () => {
	test.each(LIMIT_IDS)('%s: whole sentences, with and without details', (id) => {
		const details = {
			field: 'MobilePhone',
			attribute: 'SMS',
			shape: 'digits, 4',
			number: 100_000,
			names: ['Leads FR', 'Leads DE'],
			reason: 'Invalid phone number.',
		};
		for (const { message, remedy } of [explain(id), explain(id, details)]) {
			for (const text of [message, remedy]) {
				expect(text).toMatch(/^[^a-z{}][^{}]*\.$/);
				expect(text).not.toMatch(/undefined|\.\.| \.|: \./);
			}
		}
	});

	test('a bad phone number: what happened, to which field, and what to do', () => {
		expect(explain('phone-digits', { field: 'MobilePhone', shape: 'digits, 4' })).toEqual({
			message: 'The phone number in MobilePhone does not have 6 to 16 digits (digits, 4).',
			remedy: 'Correct the number in Salesforce; the record then comes again by itself.',
		});
	});

	test('the sixth connection names the five', () => {
		const names = ['A', 'B', 'C', 'D', 'E'];
		expect(explain('connections-per-org', { number: 5, names }).message).toBe(
			'This Salesforce account already has 5 integrations: A, B, C, D, E.',
		);
	});
});

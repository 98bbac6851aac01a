import { HELP_PAGE_LIMITS } from '../sync/limits/help-page.ts';
import type { Limit, LimitEffect } from '../sync/limits/limit.ts';
import { NO_CHECK } from '../sync/limits/no-check.ts';
import { LIMITS, type LimitId } from '../sync/limits/table.ts';

const EFFECTS: Record<LimitEffect, string> = {
	'not-offered': 'Not offered in the mapping, and refused when an expression names it.',
	rejected:
		'The record is rejected: not written, listed with its reason, tried again when it changes.',
	excluded: 'This change is left out on purpose. Nothing to mend.',
	frozen: 'No change of the record is carried in either direction until it is mended.',
	refused: 'The workflow does not start.',
	deferred: 'The record is kept by its id and comes again by itself.',
	noticed: 'Nothing is held back; you are told.',
};

const DIRECTIONS: Record<Limit['direction'], string> = {
	'salesforce-to-brevo': 'Salesforce to Brevo',
	'brevo-to-salesforce': 'Brevo to Salesforce',
	both: 'both directions',
	'set-up': 'when the workflow is published',
};

const OBJECTS: Record<Limit['object'], string> = {
	Contact: 'contacts',
	Lead: 'leads',
	both: 'contacts and leads',
};

const filled = (template: string): string => template.replaceAll(/\{(\w+)\}/g, '*$1*');

function section(id: LimitId): string {
	const limit: Limit = LIMITS[id];
	const { sentence, direction, object, effect, liftable, message, remedy } = limit;
	return [
		`### ${id}`,
		'',
		`**${sentence}**`,
		'',
		...(limit.source === 'help-page' ? [`> ${limit.original}`, ''] : []),
		`- Concerns: ${OBJECTS[object]}, ${DIRECTIONS[direction]}`,
		`- What happens: ${EFFECTS[effect]}`,
		`- You read: “${filled(message)}”`,
		`- What to do: ${filled(remedy)}`,
		`- Can be lifted: ${liftable ? 'yes, with **Lift Limits** in Map Contact Fields' : 'no'}`,
	].join('\n');
}

const idsOf = (wanted: (id: LimitId) => boolean): LimitId[] =>
	(Object.keys(LIMITS) as LimitId[]).filter(wanted);

const isOfHelpPage = (id: LimitId): boolean => Object.hasOwn(HELP_PAGE_LIMITS, id);

/** A line of a Markdown table. */
const row = (...cells: readonly string[]): string =>
	`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** docs/limits.md, from the table of limits. */
export function limitsPage(): string {
	return `${[
		'# Limits',
		'',
		'<!-- Made from sync/limits/ by `npm run docs`. Do not edit. -->',
		'',
		'Brevo documents what its own Salesforce integration does not do. Each of those sentences is a limit here, with an id that you meet again in the nodes, in the outputs and in this page. By default they hold as Brevo documents them; those that are shortcomings rather than rules can be lifted.',
		'',
		'Limits for the direction Brevo to Salesforce are enforced by the nodes of that direction.',
		'',
		'## At a glance',
		'',
		row('Limit', 'In one sentence', 'Can be lifted'),
		row('---', '---', '---'),
		...idsOf(isOfHelpPage).map((id) =>
			row(`[${id}](#${id})`, LIMITS[id].sentence, LIMITS[id].liftable ? 'yes' : 'no'),
		),
		'',
		"## From Brevo's help page",
		'',
		'The French sentence is the one on the help page.',
		'',
		idsOf(isOfHelpPage)
			.map((id) => section(id))
			.join('\n\n'),
		'',
		'## Beyond the help page',
		'',
		'What Brevo’s and Salesforce’s interfaces demand, and what this sync itself decides.',
		'',
		idsOf((id) => !isOfHelpPage(id))
			.map((id) => section(id))
			.join('\n\n'),
		'',
		'## Sentences of the help page that need no check',
		'',
		row('Sentence', 'Why nothing checks it'),
		row('---', '---'),
		...NO_CHECK.map(({ original, reason }) => row(original, reason)),
	].join('\n')}\n`;
}

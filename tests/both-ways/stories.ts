import type { ConflictRule } from '../../sync/merge.ts';
import type { Step } from './steps.ts';
import type { Telling } from './tell.ts';

const SALESFORCE: Telling[1] = ['salesforce', 'salesforce', 'salesforce', 'salesforce'];
const story = (
	steps: readonly Step[],
	rules: readonly [ConflictRule, ConflictRule, ConflictRule, ConflictRule] = SALESFORCE,
	onDeletionInSalesforce: Telling[3] = 'removeFromList',
): Telling => [steps, rules, 'nothing', onDeletionInSalesforce];
const told = { webhook: 'told' } as const;
const THERE = { kind: 'there' } as const;
/** From then on Brevo's stamp of an edit is one that counts as seen. */
const A_MINUTE = { kind: 'wait', minutes: 1 } as const;
const BACK = { kind: 'back', sweeps: false } as const;
const NEWCOMER = {
	kind: 'create',
	values: {
		Email: 'zoe@example.com',
		FirstName: 'Zoë',
		LastName: 'Zoëlle',
		MobilePhone: null,
	},
} as const;

/** Two are to exchange their addresses, and one of them waits for a third one's number. */
const SWAP_BEHIND_A_NUMBER: readonly Step[] = [
	{ kind: 'edit', who: 0, values: { MobilePhone: '+33612345679' } },
	{
		kind: 'create',
		values: { ...NEWCOMER.values, Email: 'lee@example.com', MobilePhone: '+33612345679' },
	},
	{ kind: 'swap', who: 0, other: 1 },
	THERE,
	{ kind: 'delete', who: 2 },
];

/** Stories that once ended badly, shrunk, by what was wrong. */
export const STORIES: Readonly<Record<string, Telling>> = {
	'our own write back puts one user and second over two edits of addresses: no bulk edit': story([
		{ kind: 'swap', who: 3, other: 0 },
		{
			kind: 'edit-in-brevo',
			who: 0,
			values: { attributes: { SMS: '+33612345678' } },
			...told,
		},
		{ kind: 'edit-in-brevo', who: 3, values: { attributes: { LASTNAME: 'Zoëlle' } }, ...told },
		{ kind: 'edit', who: 0, values: { FirstName: 'Zoë' } },
		{ kind: 'undelete', who: 0 },
		BACK,
		BACK,
		{ kind: 'undelete', who: 0 },
	]),
	'an opt-out goes along when a record that has lost its own contact takes one over': story([
		{ kind: 'delete-in-brevo', who: 3, ...told },
		{ kind: 'swap', who: 0, other: 1 },
		{ kind: 'edit-in-brevo', who: 0, values: { emailBlacklisted: true }, ...told },
		{ kind: 'edit', who: 0, values: { LastName: 'Zoëlle' } },
		{ kind: 'born-in-brevo', email: 'zoe@example.com' },
		NEWCOMER,
		THERE,
		THERE,
	]),
	'a conflict that Brevo has won stays won when Brevo’s value becomes the old one again': story(
		[
			{
				kind: 'edit-in-brevo',
				who: 0,
				values: { attributes: { FIRSTNAME: 'Quentin' } },
				...told,
			},
			{ kind: 'edit', who: 0, values: { FirstName: null } },
			THERE,
			{ kind: 'edit-in-brevo', who: 0, values: { attributes: { FIRSTNAME: 'Zoë' } }, ...told },
			{ kind: 'born-in-brevo', email: 'zoe@example.com' },
			THERE,
			A_MINUTE,
		],
		['salesforce', 'brevo', 'salesforce', 'salesforce'],
	),
	'two that exchange addresses come again together when the number that one waited for is free':
		story(SWAP_BEHIND_A_NUMBER, SALESFORCE, 'delete'),
	'a number that a contact outside the list has is what stands in the way, not the address':
		story(SWAP_BEHIND_A_NUMBER),
	'a person whose contact a lead has taken over meanwhile still objects when undeleted': story([
		{ kind: 'delete', who: 0 },
		{ kind: 'edit-in-brevo', who: 0, values: { emailBlacklisted: true }, ...told },
		THERE,
		{ kind: 'create-lead', Email: 'zoe@example.com', LastName: 'Zoëlle' },
		{ kind: 'undelete', who: 0 },
		{ kind: 'swap', who: 0, other: 1 },
		{ kind: 'leads-there' },
	]),
	'a blocklisting that a new address has lifted is put back where the record takes another contact':
		story([
			{ kind: 'edit-in-brevo', who: 0, values: { emailBlacklisted: true }, ...told },
			BACK,
			{ kind: 'edit-in-brevo', who: 0, values: { newEmail: 'ana@example.com' }, ...told },
			{ kind: 'edit', who: 0, values: { HasOptedOutOfEmail: true } },
			{ kind: 'swap', who: 0, other: 1 },
		]),
	'an edit in Brevo of a record that was just deleted arrives when it is undeleted': story([
		{ kind: 'edit-in-brevo', who: 1, values: { attributes: { LASTNAME: 'Kim' } }, ...told },
		{ kind: 'delete', who: 1 },
		A_MINUTE,
		BACK,
		{ kind: 'undelete', who: 1 },
	]),
	'so does an opt-out in Brevo': story([
		{ kind: 'edit-in-brevo', who: 1, values: { emailBlacklisted: true }, ...told },
		{ kind: 'delete', who: 1 },
		A_MINUTE,
		BACK,
		{ kind: 'undelete', who: 1 },
	]),
	'an edit in Brevo of a record without address arrives when it has its old one again': story([
		{ kind: 'edit', who: 1, values: { Email: null } },
		{ kind: 'edit-in-brevo', who: 1, values: { attributes: { LASTNAME: 'Kim' } }, ...told },
		A_MINUTE,
		BACK,
		{ kind: 'edit', who: 1, values: { Email: 'quentin@example.com' } },
	]),
};

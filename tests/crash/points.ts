import type { Death, Moment } from './death.ts';

/*
 * The named points around send, acknowledge and commit where n8n is killed:
 *
 *   login, read ─ page noted ─ tasks reserved ─ send ─ Brevo writes ─ answer ─ ledger knows
 *     ─ (notice sent) ─ the next node runs ─ the execution ends ─ cursor moves
 */

/** What people do, so that n8n comes to the point. */
export type Work =
	/** Three contacts get a new name: single writes. */
	| 'few'
	/** The same, and the session of Salesforce has ended. */
	| 'few, logged out'
	/** A contact is added. */
	| 'birth'
	/** Sixty contacts get a new name: an import. */
	| 'many'
	/** A contact is deleted. */
	| 'deletion'
	/** Three contacts get a new name, and the month's tasks come to the warning. */
	| 'warning'
	/** … and to the end. */
	| 'exhausted'
	/** A contact gets a new name in Brevo. */
	| 'back';

/** What each costs: no more, however often it is begun anew. */
export const TASKS: Readonly<Record<Work, number>> = {
	few: 3,
	'few, logged out': 3,
	birth: 1,
	many: 60,
	deletion: 1,
	warning: 3,
	exhausted: 3,
	back: 1,
};

export interface CrashPoint extends Death {
	/** Goes on after "killed …". */
	readonly words: string;
	readonly work: Work;
}

const point =
	(service: Death['service'], request: RegExp) =>
	(work: Work, moment: Moment, words: string): CrashPoint => ({
		...{ service, work, moment, words },
		isIt: (asked) => request.test(asked),
	});

const login = point('salesforce', /^POST .*\/oauth2\/token$/);
const read = point('salesforce', /^GET .*\/queryAll/);
const birth = point('brevo', /^POST \/v3\/contacts$/);
const update = point('brevo', /^PUT \/v3\/contacts\/[^/]+$/);
const importing = point('brevo', /^POST \/v3\/contacts\/import$/);
const progress = point('brevo', /^GET \/v3\/processes/);
const removal = point('brevo', /^POST \/v3\/contacts\/lists\/\d+\/contacts\/remove$/);
const mail = point('brevo', /^POST \/v3\/smtp\/email$/);
const back = point('salesforce', /^(POST|PATCH) .*\/composite/);
/** Of the node behind Brevo Contact List; no node of ours asks for it. */
const NEXT_NODE = /^GET \/v3\/senders$/;
export const nextNodeUrl = (origin: string): string => `${origin}/v3/senders`;
const nextNode = point('brevo', NEXT_NODE);

export const CRASH_POINTS: readonly CrashPoint[] = [
	login('few, logged out', 'is lost', 'before a login reaches Salesforce'),
	login('few, logged out', 'arrives', 'after a login and before its answer'),
	read('few', 'arrives', 'after a page was read and before its answer'),
	read('few', 'is answered', 'after a page was read and before it is noted'),
	update('few', 'is lost', 'after tasks are reserved and before the first write reaches Brevo'),
	update('few', 'arrives', 'after Brevo wrote a contact and before its answer'),
	update('few', 'is answered', 'after Brevo answered and before the ledger knows'),
	birth('birth', 'arrives', 'after Brevo made a contact and before its answer'),
	birth('birth', 'is answered', 'after Brevo made a contact and before the ledger knows'),
	importing('many', 'is lost', 'before an import reaches Brevo'),
	importing('many', 'arrives', 'after Brevo took an import and before its answer'),
	importing('many', 'is answered', 'after Brevo took an import and before the ledger knows'),
	progress('many', 'is lost', 'while Brevo works an import off'),
	progress('many', 'is answered', 'after an import and before the ledger knows'),
	removal('deletion', 'is lost', 'before a removal reaches Brevo'),
	removal('deletion', 'arrives', 'after Brevo removed a contact and before its answer'),
	removal('deletion', 'is answered', 'after Brevo removed a contact and before the ledger knows'),
	nextNode('few', 'is lost', 'after all is written and before the execution ends'),
	nextNode('few', 'is answered', 'after the execution ended and before the cursor moves'),
	nextNode('few', { afterMs: 1_500 }, 'after the cursor moved'),
	mail('warning', 'is lost', 'before a notice reaches Brevo'),
	mail('exhausted', 'arrives', 'after a notice was sent and before its answer'),
	back('back', 'is lost', 'before a change from Brevo reaches Salesforce'),
	back('back', 'arrives', 'after Salesforce wrote a change from Brevo and before its answer'),
	back('back', 'is answered', 'after Salesforce answered and before the ledger knows'),
];

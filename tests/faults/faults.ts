import * as brevo from './injections/brevo.ts';
import { mixOf } from './injections/mix.ts';
import * as people from './injections/people.ts';
import * as process from './injections/process.ts';
import * as salesforce from './injections/salesforce.ts';
import * as settings from './injections/settings.ts';
import * as webhooks from './injections/webhooks.ts';
import * as wires from './injections/wires.ts';
import type { Fault } from './playing.ts';

/** What is injected, by the number of the row. Rows that are not here are shown by other tests. */
export const FAULTS: Readonly<Partial<Record<number, Fault>>> = {
	1: process.dies,
	2: process.switchedOff,
	3: process.ledgerFails,
	5: brevo.storm,
	6: brevo.hourUsedUp,
	7: wires.nonsense,
	8: wires.lostAnswers,
	9: wires.brokenConnection,
	10: wires.oneIsRefused,
	11: brevo.imports,
	12: webhooks.twice,
	13: webhooks.anyOrder,
	14: webhooks.lost,
	16: salesforce.sessionEnds,
	17: brevo.keyRefused,
	18: salesforce.salesforceTrouble,
	19: settings.wrongClock,
	20: salesforce.lateRecords,
	21: salesforce.sameStamp,
	22: people.whileReading,
	23: people.peopleDelete,
	24: people.addresses,
	25: webhooks.echoes,
	26: people.bothSides,
	27: settings.schemaDrifts,
	28: people.muchVanishes,
	29: settings.quotaUsedUp,
	30: process.atTheSameTime,
	32: mixOf((row) => FAULTS[row]),
};

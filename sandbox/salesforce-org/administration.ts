import type { Api } from './api.ts';
import { JWT_PRIVATE_KEY } from './assertion.ts';
import type { BulkSettings } from './bulk/processing.ts';
import { type Generation, generate, type Scatter, scatter } from './crowd.ts';
import type { Edits } from './edits.ts';
import { eighteen, type ObjectName } from './ids.ts';
import { type Login, SALESFORCE_LOGIN } from './login.ts';
import { type Organization, ORGANIZATION_ID } from './organization.ts';
import type { Row, Values } from './store.ts';
import type { Streaming } from './streaming.ts';
import { streamingAdministration } from './streamingAdministration.ts';
import type { Usage } from './usage.ts';

export interface Administered {
	readonly organization: Organization;
	readonly edits: Edits;
	readonly api: Api;
	readonly login: Login;
	readonly usage: Usage;
	readonly streaming: Streaming;
}

interface RecordOf {
	readonly object: string;
	readonly id: string;
}

interface FieldOf {
	readonly object: ObjectName;
	readonly field: string;
}

interface Merge {
	readonly object: string;
	readonly winner: string;
	/** One or two. */
	readonly losers: readonly string[];
	/** What the winner takes over. */
	readonly values?: Values;
}

/** What tests and people do behind the API: POST /_sandbox/salesforce/<action>. */
export function administration(parts: Administered) {
	const { organization, edits, api, login, usage, streaming } = parts;
	return {
		...streamingAdministration(streaming),
		state: withoutInput(() => ({
			organizationId: ORGANIZATION_ID,
			contacts: count(organization, 'Contact'),
			leads: count(organization, 'Lead'),
			accounts: count(organization, 'Account'),
			cases: count(organization, 'Case'),
			apiUsage: String(usage),
			streaming: streaming.state,
		})),
		/** Records that are not deleted, with all their fields; with `ids` also deleted ones. */
		records: ({
			object,
			ids,
		}: {
			object: ObjectName;
			ids?: readonly string[];
		}): Array<Record<string, unknown>> => {
			const table = organization.table(object);
			const rows = ids
				? ids.flatMap((id) => table.get(eighteen(id)) ?? [])
				: [...table.all()].filter(({ deleted }) => !deleted);
			return rows.map((row) => fieldsOf(organization, row));
		},
		create: ({ object, values }: { object: string; values: Values }): object =>
			edits.create(object, values),
		update: ({ object, id, values = {} }: RecordOf & { values?: Values }): object =>
			edits.update(object, id, values),
		delete: ({ object, id }: RecordOf): object => edits.remove(object, id),
		undelete: ({ object, id }: RecordOf): object => edits.undelete(object, id),
		hardDelete: ({ object, id }: RecordOf): object => edits.hardDelete(object, id),
		share: ({ object, id, shared }: RecordOf & { shared: boolean }): object =>
			edits.share(object, id, shared),
		forgetDeleteLog: withoutInput(() => {
			organization.forgetPurged();
			return {};
		}),
		merge: ({ object, winner, losers, values = {} }: Merge): object =>
			edits.merge(object, winner, losers, values),
		convert: ({ id }: { id: string }): object => edits.convert(id),
		lateCommit: ({
			object,
			values,
			seconds,
		}: {
			object: string;
			values: Values;
			seconds: number;
		}): object => edits.lateCommit(object, values, seconds),
		load: ({ contacts, seed = 1 }: { contacts: number; seed?: number }): object =>
			edits.load(contacts, seed),
		generate: (generation: Generation): object => generate(organization, generation),
		scatter: (edit: Scatter): object => scatter(organization, edit),
		importCsv: ({ csv }: { csv: string }): object => edits.importCsv(csv),
		expireSessions: withoutInput(() => {
			login.expireSessions();
			return {};
		}),
		revokeRefreshTokens: withoutInput(() => {
			login.revokeRefreshTokens();
			return {};
		}),
		forgetLocators: withoutInput(() => {
			api.forgetLocators();
			return {};
		}),
		bulk: (settings: BulkSettings): object => api.bulk.configure(settings),
		jwtKey: withoutInput(() => ({
			privateKey: JWT_PRIVATE_KEY,
			userName: SALESFORCE_LOGIN.userName,
		})),
		hideField: ({ object, field, hidden = true }: FieldOf & { hidden?: boolean }): object => {
			organization.schema.hide(object, field, hidden);
			return { object, field, hidden };
		},
		/** `line` as in fieldLines.ts: name|label|type|length|flags|more. */
		addField: ({ object, line }: { object: ObjectName; line: string }): object => {
			organization.schema.add(object, line);
			return { object, line };
		},
		removeField: ({ object, field }: FieldOf): object => {
			organization.schema.remove(object, field);
			return { object, field };
		},
		setLimit: ({ limit, used = 0 }: { limit: number; used?: number }): object => {
			usage.set(limit, used);
			return { limit, used };
		},
	};
}

/** An action whose input, {}, says nothing. */
const withoutInput = (act: () => object): ((input: object) => object) => act;

function fieldsOf(organization: Organization, row: Row): Record<string, unknown> {
	const fields = organization.schema.visible(row.object);
	return Object.fromEntries(fields.map((field) => [field.name, organization.value(row, field)]));
}

function count(organization: Organization, object: ObjectName): object {
	const { size, deleted } = organization.table(object);
	return { live: size - deleted, deleted };
}

/** What to do when Salesforce refuses, by its errorCode. */

export const ERROR_ACTIONS = {
	retry: 'It passes by itself; a read is repeated at once, with back-off.',
	'back-off': 'Too much at the same time; repeated later, not at once.',
	'daily-limit': 'The organisation’s requests of 24 hours are used up.',
	'read-again': 'The cursor of a running read is gone; the read starts again.',
	reject: 'This record, as it is, will never be accepted.',
	'fail-auth': 'The login does not work; nothing will.',
	'fail-config': 'A setting in Salesforce or in the node is in the way of every record.',
} as const;
export type ErrorAction = keyof typeof ERROR_ACTIONS;

export interface ErrorRule {
	readonly action: ErrorAction;
	/** What happened, for people; field names and the code are added to it. */
	readonly message: string;
	/** What to do next. */
	readonly remedy: string;
}

const WAIT =
	'A sync loses nothing and tries again by itself; what was started by hand can be run again.';
const ASK_ADMIN = 'Ask a Salesforce administrator to';

const passes = (message: string, remedy = WAIT): ErrorRule => ({
	action: 'retry',
	message,
	remedy,
});
const config = (message: string, remedy: string): ErrorRule => ({
	action: 'fail-config',
	message,
	remedy,
});
const auth = (message: string, remedy: string): ErrorRule => ({
	action: 'fail-auth',
	message,
	remedy,
});
const rejected = (message: string, remedy: string): ErrorRule => ({
	action: 'reject',
	message,
	remedy,
});

const RECONNECT = 'Open the Salesforce credential in n8n and connect or test it again.';
const API_OFF = config(
	'The REST API is not enabled for this Salesforce user or edition',
	`${ASK_ADMIN} give the user the permission “API Enabled”. Editions without API access (Essentials, Group, Professional without the add-on) cannot be connected.`,
);
const CORRECT_RECORD = 'Correct the record in Salesforce or the value that is sent to it.';
const APEX_REFUSED = rejected(
	'Code of the organisation (Apex) refused the record',
	`Correct the record, or show Salesforce’s own words to the administrator of the organisation.`,
);

/** Salesforce REST reference “Status Codes and Error Responses”; SOAP reference “ExceptionCode”. */
export const ERROR_RULES = {
	// Ours
	NO_ANSWER: passes('Salesforce did not answer'),
	UNREADABLE_ANSWER: passes(
		'Something that is not the Salesforce API answered (a proxy, a maintenance or login page)',
		'If this stays so, check the My Domain URL in the credential and any proxy between n8n and Salesforce.',
	),
	ANSWER_TOO_LARGE: config(
		'The answer from the address of Salesforce is larger than can be read, and was given up',
		'Choose a smaller page or fewer fields in the node. If that does not help, something that is not Salesforce answers: check the My Domain URL in the credential and any proxy.',
	),
	NO_SERVER_CLOCK: config(
		'Salesforce’s answer carries no Date header, so its clock cannot be read',
		'A proxy between n8n and Salesforce seems to remove the header; let it pass.',
	),
	MOVED: config(
		'Salesforce answered with a redirect to another address',
		'The My Domain of the organisation was probably renamed. Enter the new URL in the credential and connect it again.',
	),

	// Login and permissions
	INVALID_SESSION_ID: auth(
		'Salesforce does not accept the session, even after a new login',
		RECONNECT,
	),
	'INVALID_SESSION_ID/not-for-api': auth(
		'Salesforce gave a session that may not use the REST API',
		`${ASK_ADMIN} add the OAuth scope “Manage user data via APIs (api)” to the app, then connect the credential again.`,
	),
	INVALID_AUTH_HEADER: auth('Salesforce does not accept the form of the login', RECONNECT),
	API_DISABLED_FOR_ORG: API_OFF,
	API_CURRENTLY_DISABLED: API_OFF,
	INSUFFICIENT_ACCESS: config(
		'The Salesforce user may not do this',
		`${ASK_ADMIN} give the user read access (“View All”) to the object and its fields.`,
	),
	INSUFFICIENT_ACCESS_OR_READONLY: config(
		'The Salesforce user may not change this record',
		`${ASK_ADMIN} give the user edit access to the object.`,
	),
	INVALID_TYPE: config(
		'The Salesforce user cannot see the object',
		`${ASK_ADMIN} give the user read access to it, or choose another object.`,
	),
	UNSUPPORTED_API_VERSION: config(
		'This Salesforce instance does not know the API version',
		'Update this package; Salesforce retires versions that are several years old.',
	),

	// Queries
	INVALID_FIELD: config(
		'Salesforce does not know the field, or the user may not see it or filter by it',
		'It may have been deleted or renamed, or field-level security hides it. Choose the fields again in the node, or give the user access to the field.',
	),
	MALFORMED_QUERY: config(
		'Salesforce does not understand the query',
		'Check the filter of the node; if it is right, please report this with the query of the node.',
	),
	INVALID_QUERY_FILTER_OPERATOR: config(
		'The operator does not fit the type of the field',
		'Choose another operator in the filter of the node.',
	),
	INVALID_QUERY_LOCATOR: {
		action: 'read-again',
		message: 'Salesforce has forgotten the cursor of a running read',
		remedy: WAIT,
	},
	QUERY_TIMEOUT: passes(
		'The query took Salesforce too long',
		'It is tried again by itself. If this stays so, take out filters on fields without an index or choose a smaller page.',
	),
	EXCEEDED_MAX_SEMIJOIN_SUBSELECTS: config(
		'The query is too complex',
		'Take rows out of the filter.',
	),

	// Limits and load
	REQUEST_LIMIT_EXCEEDED: {
		action: 'daily-limit',
		message: 'The organisation has used up its Salesforce API requests of the last 24 hours',
		remedy:
			'Nothing is lost: reading goes on by itself as soon as requests are free. See Salesforce Setup > Company Information > API Requests; a longer interval in the trigger uses fewer.',
	},
	'REQUEST_LIMIT_EXCEEDED/concurrent': {
		action: 'back-off',
		message: 'Too many long-running requests are under way in the Salesforce organisation',
		remedy: WAIT,
	},
	UNABLE_TO_LOCK_ROW: passes('Another change holds the record at this moment'),
	ALL_OR_NONE_OPERATION_ROLLED_BACK: passes('Other records of the same request were refused'),
	SERVER_UNAVAILABLE: passes('Salesforce is unavailable at this moment'),
	UNKNOWN_EXCEPTION: passes('Salesforce had an internal error'),
	REQUEST_RUNNING_TOO_LONG: passes('Salesforce stopped a request that took too long'),
	APEX_ERROR: APEX_REFUSED,
	CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: APEX_REFUSED,
	'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY/locked': passes(
		'Code of the organisation (Apex) met a record that another change holds',
	),
	CANNOT_EXECUTE_FLOW_TRIGGER: rejected(
		'A flow of the organisation failed on the record',
		`${ASK_ADMIN} look at the flow’s error; Salesforce sends it by e-mail to whoever changed the flow last.`,
	),

	// Records
	STRING_TOO_LONG: rejected('The text is longer than the field allows', CORRECT_RECORD),
	INVALID_EMAIL_ADDRESS: rejected('Salesforce does not accept the e-mail address', CORRECT_RECORD),
	REQUIRED_FIELD_MISSING: rejected('A required field is empty', CORRECT_RECORD),
	FIELD_CUSTOM_VALIDATION_EXCEPTION: rejected(
		'A validation rule refused the record',
		CORRECT_RECORD,
	),
	INVALID_FIELD_FOR_INSERT_UPDATE: rejected(
		'The field cannot be written',
		'Take the field out of the mapping, or give the user edit access to it.',
	),
	INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: rejected(
		'The value is not in the picklist',
		CORRECT_RECORD,
	),
	DUPLICATES_DETECTED: rejected(
		'A duplicate rule found a record like this',
		'Merge the records in Salesforce, or change the duplicate rule.',
	),
	DUPLICATE_VALUE: rejected(
		'Another record has this value already, in a field where each value may stand only once',
		'Change the value, or merge the two records in Salesforce.',
	),
	FIELD_INTEGRITY_EXCEPTION: rejected(
		'The value does not fit the field or the rest of the record',
		'Compare it with what Salesforce accepts when a person enters it, such as a state that belongs to the country.',
	),
	FIELD_FILTER_VALIDATION_EXCEPTION: rejected(
		'The record that is linked does not pass the lookup filter of the field',
		'Link a record that fits, or ask a Salesforce administrator to change the lookup filter.',
	),
	INVALID_TYPE_ON_FIELD_IN_RECORD: rejected(
		'The value is of another kind than the field, such as text for a number',
		'Map the value to a field of its kind, or convert it first.',
	),
	JSON_PARSER_ERROR: rejected(
		'A value has a form that its field cannot take, such as text for a date',
		'Write dates as 2026-12-31, numbers without units, and check boxes as true or false.',
	),
	NUMBER_OUTSIDE_VALID_RANGE: rejected(
		'The number is larger or smaller than the field allows',
		CORRECT_RECORD,
	),
	CANNOT_UPDATE_CONVERTED_LEAD: rejected(
		'The lead has been converted and can no longer be changed',
		'Change the contact that the lead became.',
	),
	ENTITY_IS_LOCKED: rejected(
		'The record is locked, usually by an approval that is under way',
		'Finish the approval, or unlock the record in Salesforce, and change it again.',
	),
	INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: rejected(
		'The Salesforce user may not change the record or one that it is linked to',
		`${ASK_ADMIN} share the record and the linked one (such as its account) with the user.`,
	),
	MALFORMED_ID: rejected(
		'The id is no id of a Salesforce record of this kind',
		'Give the 15 or 18 characters that stand in the address of the record’s page.',
	),
	DELETE_FAILED: rejected(
		'The record cannot be deleted because other records depend on it',
		'Delete or move the dependent records (such as cases) first.',
	),
	ENTITY_IS_DELETED: rejected(
		'The record is deleted',
		'Restore it from the recycle bin if it is needed.',
	),
	NOT_FOUND: rejected(
		'There is no such record or resource',
		'Check the id or the URL in the credential.',
	),
	INVALID_CROSS_REFERENCE_KEY: rejected(
		'The record refers to one that does not exist',
		CORRECT_RECORD,
	),
} as const satisfies Record<string, ErrorRule>;

/** What a status means when its code is unknown or missing. */
export function ruleForStatus(status: number): ErrorRule {
	if (status >= 500 || status === 429 || status === 420) return ERROR_RULES.SERVER_UNAVAILABLE;
	if (status === 401) return ERROR_RULES.INVALID_SESSION_ID;
	if (status === 403) return ERROR_RULES.INSUFFICIENT_ACCESS;
	if (status === 414 || status === 431) {
		return config(
			'The query is too long for Salesforce',
			'Choose fewer fields or a shorter filter.',
		);
	}
	if (status >= 300 && status < 400) return ERROR_RULES.MOVED;
	if (status < 300) return ERROR_RULES.UNREADABLE_ANSWER;
	return rejected(
		'Salesforce refused the request',
		'Sending the same again gives the same answer.',
	);
}

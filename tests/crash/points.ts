/*
 * Where n8n dies. What happens at a request is exact; the moments after an answer lie in n8n itself
 * (the execution ends, the page is acknowledged, the cursor moves) and are met by chance.
 */

export interface CrashPoint {
	/** Goes on after "killed …". */
	readonly words: string;
	readonly service: 'salesforce' | 'brevo';
	readonly request: RegExp;
	/**
	 * `arrives`: the request is served, its answer finds nobody. `is lost`: it is not served.
	 * `is answered`: up to so many milliseconds later.
	 */
	readonly when: 'arrives' | 'is lost' | { readonly answeredMs: number };
}

export const CRASH_POINTS: readonly CrashPoint[] = [
	{
		words: 'while it logs in to Salesforce',
		service: 'salesforce',
		request: /^POST .*\/oauth2\/token$/,
		when: 'arrives',
	},
	{
		words: 'while it reads a page',
		service: 'salesforce',
		request: /^GET .*\/queryAll/,
		when: 'arrives',
	},
	{
		words: 'between reading a page and sending it',
		service: 'salesforce',
		request: /^GET .*\/queryAll/,
		when: { answeredMs: 400 },
	},
	{
		words: 'before an import reaches Brevo',
		service: 'brevo',
		request: /^POST \/v3\/contacts\/import$/,
		when: 'is lost',
	},
	{
		words: 'after Brevo took an import and before its answer',
		service: 'brevo',
		request: /^POST \/v3\/contacts\/import$/,
		when: 'arrives',
	},
	{
		words: 'while Brevo works an import off',
		service: 'brevo',
		request: /^POST \/v3\/contacts\/import$/,
		when: { answeredMs: 50 },
	},
	{
		words: 'between the end of an import and the cursor',
		service: 'brevo',
		request: /^GET \/v3\/processes/,
		when: { answeredMs: 400 },
	},
	{
		words: 'before a contact reaches Brevo',
		service: 'brevo',
		request: /^(POST \/v3\/contacts$|PUT \/v3\/contacts\/)/,
		when: 'is lost',
	},
	{
		words: 'after Brevo wrote a contact and before its answer',
		service: 'brevo',
		request: /^(POST \/v3\/contacts$|PUT \/v3\/contacts\/)/,
		when: 'arrives',
	},
	{
		words: 'between two contacts, or after the last one and before the cursor',
		service: 'brevo',
		request: /^(POST \/v3\/contacts$|PUT \/v3\/contacts\/)/,
		when: { answeredMs: 400 },
	},
	{
		words: 'after contacts left the list and before the answer',
		service: 'brevo',
		request: /^POST \/v3\/contacts\/lists\/\d+\/contacts\/remove$/,
		when: 'arrives',
	},
];

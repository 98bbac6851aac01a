import type { IHttpRequestOptions } from 'n8n-workflow';

/** Where a request goes: n8n's HTTP Request node says `uri`, everything else `url`. */
export const addressOf = (request: IHttpRequestOptions): string => {
	const { url, uri } = request as Partial<Record<'url' | 'uri', string>>;
	return uri ?? url ?? '';
};

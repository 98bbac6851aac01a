/**
 * Stands in for `undici` in the bundle (esbuild: `alias: { undici: … }`). jsforce makes an Agent
 * when it loads, and would do its own HTTP with the rest, past n8n's proxy, egress rules and token
 * refresh (decision 6). Saves 1.6 MB, and a request that takes the wrong door fails loudly.
 */
/* eslint-disable @typescript-eslint/no-extraneous-class -- only their names are needed */
export class Agent {}
export class ProxyAgent {}
export class Response {}
export const errors = { SocketError: class SocketError extends Error {} };
export const fetch = (): Promise<never> =>
	Promise.reject(new Error('jsforce tried to use its own HTTP; requests go through the host'));

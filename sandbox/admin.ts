import type { MovableClock } from './clock.ts';
import type { Fault, Faults, RandomFaults } from './faults.ts';
import type { RequestLog } from './log.ts';
import type { SandboxReply, SandboxRequest, Service } from './service.ts';

export interface Administered {
	readonly services: readonly Service[];
	readonly clock: MovableClock;
	readonly faults: Faults;
	readonly log: RequestLog;
}

const ok = (body: unknown): SandboxReply => ({ status: 200, body: body ?? {} });
const refused = (message: string): SandboxReply => ({ status: 400, body: { message } });

/** Answers /_sandbox/…: state, clock, faults, request log, and the services' own actions. */
export function administer(sandbox: Administered, request: SandboxRequest): SandboxReply {
	const [, , area = '', action = ''] = request.path.split('/');
	const input = bodyOf(request);
	if (input === undefined) return refused('The body is not JSON');
	try {
		switch (`${request.method} ${area}`) {
			case 'GET ':
				return page(sandbox, request.origin);
			case 'GET state':
				return ok(stateOf(sandbox));
			case 'GET clock':
			case 'POST clock':
				return ok(moveClock(sandbox.clock, input));
			case 'GET faults':
				return ok({ faults: sandbox.faults.list() });
			case 'POST faults':
				setFault(sandbox.faults, input);
				return ok({ faults: sandbox.faults.list() });
			case 'DELETE faults':
				sandbox.faults.clear();
				return ok({});
			case 'GET requests':
				return ok(requestsOf(sandbox.log));
			case 'DELETE requests':
				sandbox.log.reset();
				return ok({});
			default:
				return request.method === 'POST'
					? act(sandbox.services, area, action, input)
					: refused('Unknown; see sandbox/README.md');
		}
	} catch (error) {
		return refused((error as Error).message);
	}
}

type Input = Readonly<Record<string, unknown>>;

function bodyOf({ body }: SandboxRequest): Input | undefined {
	if (body.length === 0) return {};
	try {
		const value: unknown = JSON.parse(body.toString('utf8'));
		return typeof value === 'object' && value !== null ? (value as Input) : undefined;
	} catch {
		return undefined;
	}
}

function act(
	services: readonly Service[],
	name: string,
	action: string,
	input: Input,
): SandboxReply {
	const service = services.find((candidate) => candidate.name === name);
	if (!service) return refused(`There is no service "${name}"`);
	const work = service.admin[action];
	if (!work)
		return refused(
			`${name} has no action "${action}"; it has ${Object.keys(service.admin).join(', ')}`,
		);
	return ok(work(input as never));
}

function moveClock(clock: MovableClock, { advanceMs, set }: Input): object {
	if (typeof advanceMs === 'number') clock.advance(advanceMs);
	if (typeof set === 'number') clock.set(set);
	if (typeof set === 'string') clock.set(Date.parse(set));
	return { now: new Date(clock.now()).toISOString() };
}

function setFault(faults: Faults, input: Input): void {
	if (typeof input['rate'] === 'number') faults.randomly(input as unknown as RandomFaults);
	else faults.add(input as unknown as Fault);
}

const requestsOf = (log: RequestLog): object => ({
	counts: log.counts(),
	routes: log.routes(),
	latest: log.latest(),
});

function stateOf({ services, clock, log }: Administered): Record<string, unknown> {
	return {
		now: new Date(clock.now()).toISOString(),
		requests: log.counts(),
		...Object.fromEntries(services.map(({ name, admin }) => [name, admin['state']?.({} as never)])),
	};
}

/** A page for people who open the sandbox in a browser. */
function page(sandbox: Administered, origin: string): SandboxReply {
	const actions = sandbox.services
		.map(({ name, admin }) => `<li><b>${name}</b>: ${Object.keys(admin).join(', ')}</li>`)
		.join('');
	const state = JSON.stringify(stateOf(sandbox), null, 2).replace(/</g, '&lt;');
	return {
		status: 200,
		headers: { 'content-type': 'text/html; charset=utf-8' },
		body: `<!doctype html><title>Contact sync sandbox</title>
<style>body{font:16px/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}pre{background:#f4f4f4;padding:1rem;overflow:auto}</style>
<h1>Contact sync sandbox</h1>
<p>A simulated Salesforce at <code>${origin}</code> and a simulated Brevo at <code>${origin}/v3</code>. Nothing here is real.</p>
<h2>Now</h2><pre>${state}</pre>
<h2>Actions</h2><p><code>curl -X POST ${origin}/_sandbox/&lt;service&gt;/&lt;action&gt; -d '{…}'</code></p><ul>${actions}</ul>
<p>Also <code>/_sandbox/state</code>, <code>/clock</code>, <code>/faults</code>, <code>/requests</code>; see sandbox/README.md.</p>`,
	};
}

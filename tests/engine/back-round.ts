import type { INodeParameters } from 'n8n-workflow';
import type { WorkflowJson } from './harness.ts';
import type { Person } from './person.ts';
import {
	ALERTS,
	backTemplate,
	GUARD,
	INTEGRATION,
	MAP,
	SALESFORCE,
	STREAM,
	template,
	type Scene,
} from './scene.ts';

/** One round back with a hint about these people; what the two nodes said. */
export async function back(
	scene: Scene,
	people: readonly Person[],
	parameters: INodeParameters = {},
	guard: INodeParameters = {},
) {
	await scene.hint(...people.map(({ id }) => id));
	const { runs } = await scene.syncBack(
		({ runs: seen }) => seen.length > 0,
		backTemplate({ [SALESFORCE]: parameters, [GUARD]: guard }),
	);
	const [run] = runs;
	const said = (node: string, output?: number) => (run?.count(node) ? run.json(node, output) : []);
	return { refused: said(MAP, 1), told: said(SALESFORCE), alerts: said(ALERTS) };
}

/** Whatever is looked at again on either side, nothing is written and nothing charged. */
export async function atRest(scene: Scene, workflow: WorkflowJson = template()): Promise<void> {
	const tasks = await tasksOf(scene);
	scene.sandbox.log.reset();
	const ids = await scene.withLedger(async ({ links }) => await links.ids(INTEGRATION, '', 100));
	await scene.hint(...ids);
	await scene.syncBack(async () => {
		const pending = await scene.withLedger(
			async ({ hints }) => await hints.pending(STREAM, ids.length + 1),
		);
		return pending.length === 0;
	});
	const published = scene.requests(/query/);
	await scene.syncUntil(() => scene.requests(/query/) > published, workflow);
	expect(await tasksOf(scene)).toBe(tasks);
	expect(scene.requests(/(POST|PUT|DELETE) .*\/contacts|(POST|PATCH|DELETE) .*sobjects/)).toBe(0);
}

export const tasksOf = async (scene: Scene): Promise<number> =>
	(await scene.activity(INTEGRATION)).tasks + (await scene.activity(STREAM)).tasks;

import type { EngineRun } from './engine-run.ts';
import { PACKAGE } from './harness.ts';
import type { NodeJson } from './harness.ts';
import type { Scene } from './scene.ts';

export const DESK = 'Contact Sync';

/** Runs the node Contact Sync alone with these parameters. */
export const ask = async (
	scene: Scene,
	operation: string,
	parameters: Readonly<Record<string, unknown>> = {},
	more: Partial<NodeJson> = {},
): Promise<EngineRun> =>
	await scene.engine.run(
		{
			nodes: [
				{
					name: DESK,
					type: `${PACKAGE}.contactSync`,
					parameters: { salesforceAuthentication: 'clientCredentials', operation, ...parameters },
					...more,
				},
			],
			connections: {},
		},
		{ input: [{ json: {} }] },
	);

/** The value of the field Integration. */
export const named = (value: string) => ({ integration: { __rl: true, mode: 'name', value } });

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FORWARD, importCredentials, type Stage } from '../../demo/stage.ts';
import type { SavedWorkflow, WorkflowTemplate } from '../../n8n-host/n8n.ts';
import { root } from '../../scripts/install.cjs';

/** A second integration: leads, into the same Brevo account. */
export const LEADS = 'Salesforce leads';

/** Imports a copy of the template, not yet published; `changes` by node name. */
export async function importCopy(
	stage: Stage,
	changes: Readonly<Record<string, object>>,
): Promise<SavedWorkflow> {
	const text = readFileSync(path.join(root, 'templates', FORWARD), 'utf8');
	const template = JSON.parse(text) as WorkflowTemplate;
	const nodes = template.nodes.map((node) => ({
		...node,
		parameters: { ...node.parameters, ...changes[node.name] },
	}));
	const credentials = await importCredentials(stage.n8n(), stage.sandbox.origin);
	return await stage.n8n().importWorkflow({ ...template, nodes }, credentials);
}

/** The integration for leads, under a quota. */
export const importLeads = async (stage: Stage, monthlyLimit: number): Promise<SavedWorkflow> =>
	await importCopy(stage, {
		'Salesforce Contact Trigger': {
			integration: LEADS,
			object: 'Lead',
			consent: true,
			interval: 10,
			options: { pageSize: 20 },
		},
		'Map Contact Fields': { object: 'Lead' },
		'Quota Guard': { monthlyLimit },
	});

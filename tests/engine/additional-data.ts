import { ExecutionLifecycleHooks } from 'n8n-core';
import type {
	ICredentialsHelper,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';

// The engine parses some of these, so they have to be URLs; nothing listens there.
const URLS = Object.fromEntries(
	[
		'restApiUrl',
		'instanceBaseUrl',
		'formBaseUrl',
		'formWaitingBaseUrl',
		'formTestBaseUrl',
		'webhookBaseUrl',
		'webhookWaitingBaseUrl',
		'webhookTestBaseUrl',
	].map((name) => [name, 'http://127.0.0.1/engine-under-test']),
);

/** What n8n's server gives the engine along with a workflow. */
export function additionalDataFor(
	workflow: Workflow,
	mode: WorkflowExecuteMode,
	executionId: string,
	credentialsHelper: ICredentialsHelper,
): IWorkflowExecuteAdditionalData {
	const workflowData: IWorkflowBase = {
		id: workflow.id,
		name: workflow.name ?? '',
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
	};
	const given = {
		...URLS,
		credentialsHelper,
		hooks: new ExecutionLifecycleHooks(mode, executionId, workflowData),
		executionId,
		workflowId: workflow.id,
		currentNodeExecutionIndex: 0,
		variables: {},
		externalSecretsProxy: { hasProvider: () => false },
		logAiEvent: () => undefined,
	};
	// The rest belongs to sub-workflows, agents and task runners, which no node here uses.
	return given as unknown as IWorkflowExecuteAdditionalData;
}

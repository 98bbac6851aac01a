import { Credentials } from 'n8n-core';
import { ICredentialsHelper, isExpression, NodeHelpers, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeProperties,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

/** What a user typed into one credential of this type. */
export interface StoredCredential {
	readonly type: ICredentialType;
	readonly data: ICredentialDataDecryptedObject;
}

const NOWHERE: INode = {
	id: 'credential',
	name: 'Credential',
	type: 'credential',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
const NO_NODE_TYPES = {
	getByName: () => undefined,
	getByNameAndVersion: () => undefined,
	getKnownTypes: () => ({}),
} as unknown as INodeTypes; // A credential's expressions never look at a node type.

/**
 * The credentials of one simulated n8n: one per type, its type name serving as id. Does for the
 * engine what n8n's own does: defaults and expressions of the properties, `authenticate`,
 * `preAuthentication` with an expirable property, tokens written back.
 */
export class CredentialStore extends ICredentialsHelper {
	readonly #byType: Map<string, StoredCredential>;

	constructor(stored: readonly StoredCredential[]) {
		super();
		this.#byType = new Map(
			stored.map(({ type, data }) => [type.name, { type, data: structuredClone(data) }]),
		);
	}

	has(typeName: string): boolean {
		return this.#byType.has(typeName);
	}

	/** What is stored now, tokens included. */
	data(typeName: string): ICredentialDataDecryptedObject {
		return this.#stored(typeName).data;
	}

	#stored(typeName: string): StoredCredential {
		const stored = this.#byType.get(typeName);
		if (!stored) throw new Error(`This test gave the engine no credential of type ${typeName}`);
		return stored;
	}

	getParentTypes(typeName: string): string[] {
		return this.#byType.get(typeName)?.type.extends ?? [];
	}

	isCredentialUsableByNode(typeName: string, nodeType: string): boolean {
		const type = this.#byType.get(typeName)?.type;
		if (!type?.restrictToSupportedNodes) return true;
		const shortName = nodeType.split('.').at(-1) ?? nodeType;
		return (type.supportedNodes ?? []).some((name) => name === nodeType || name === shortName);
	}

	getCredentialsProperties(typeName: string): INodeProperties[] {
		return this.#stored(typeName).type.properties;
	}

	async getCredentials({ id }: INodeCredentialsDetails, typeName: string): Promise<Credentials> {
		const credentials = new Credentials({ id, name: typeName }, typeName);
		await credentials.setData(this.data(typeName));
		return credentials;
	}

	getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_nodeCredentials: INodeCredentialsDetails,
		typeName: string,
		mode: WorkflowExecuteMode,
		_executeData?: unknown,
		raw?: boolean,
	): Promise<ICredentialDataDecryptedObject> {
		const { type, data } = this.#stored(typeName);
		if (raw) return Promise.resolve({ ...data });
		const withDefaults = NodeHelpers.getNodeParameters(
			type.properties,
			data as never, // Both are JSON; the two types differ in name only.
			true,
			false,
			null,
			null,
		);
		// What a parent type such as oAuth2Api declares is not among this type's own properties.
		const all = { ...data, ...withDefaults };
		const { expression } = new Workflow({
			nodes: [NOWHERE],
			connections: {},
			active: false,
			nodeTypes: NO_NODE_TYPES,
		});
		const resolved = expression.getComplexParameterValue(
			NOWHERE,
			all as never, // As above.
			mode,
			{},
			undefined,
			undefined,
			all,
		);
		return Promise.resolve(resolved as ICredentialDataDecryptedObject);
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
		workflow: Workflow,
		node: INode,
	): Promise<IHttpRequestOptions> {
		const how = this.#stored(typeName).type.authenticate;
		if (!how) return requestOptions;
		if (typeof how === 'function') return await how(credentials, requestOptions);
		const resolve = (text: unknown): string =>
			isExpression(text)
				? String(
						workflow.expression.getSimpleParameterValue(node, text, 'internal', {
							$credentials: credentials,
						}) ?? '',
					)
				: String(text);
		const added = Object.entries(how.properties).map(([part, fields]) => [
			part,
			{
				...(requestOptions[part as 'headers'] ?? {}),
				...Object.fromEntries(
					Object.entries(fields as object).map(([key, value]) => [resolve(key), resolve(value)]),
				),
			},
		]);
		return { ...requestOptions, ...Object.fromEntries(added) } as IHttpRequestOptions;
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		_node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { type } = this.#stored(typeName);
		const token = type.properties.find(
			(property) => property.type === 'hidden' && property.typeOptions?.expirable === true,
		)?.name;
		if (token === undefined || !type.preAuthentication) return undefined;
		if (credentials[token] !== '' && !credentialsExpired) return undefined;
		const output = await type.preAuthentication.call(helpers, credentials);
		if (output[token] === undefined) return undefined;
		Object.assign(this.data(typeName), output);
		Object.assign(credentials, output);
		return credentials;
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const output = await this.#stored(typeName).type.preAuthentication?.call(helpers, credentials);
		return output as ICredentialDataDecryptedObject | undefined;
	}

	updateCredentials(
		_nodeCredentials: INodeCredentialsDetails,
		typeName: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		Object.assign(this.data(typeName), data);
		return Promise.resolve();
	}

	updateCredentialsOauthTokenData(
		_nodeCredentials: INodeCredentialsDetails,
		typeName: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		Object.assign(this.data(typeName), { oauthTokenData: data['oauthTokenData'] });
		return Promise.resolve();
	}
}

import { DEFAULTS, type Field, type Schema } from './fields.ts';
import { type ObjectName, PREFIXES } from './ids.ts';

const SOAP_TYPES: Readonly<Record<string, string>> = {
	boolean: 'xsd:boolean',
	date: 'xsd:date',
	datetime: 'xsd:dateTime',
	double: 'xsd:double',
	currency: 'xsd:double',
	percent: 'xsd:double',
	int: 'xsd:int',
	id: 'tns:ID',
	reference: 'tns:ID',
	address: 'urn:address',
};

/** Numbers: digits of an int; precision and scale of a double. */
const NUMBERS: Readonly<Record<string, { digits?: number; precision?: number; scale?: number }>> = {
	int: { digits: 8 },
	double: { precision: 18, scale: 15 },
	currency: { precision: 18, scale: 0 },
};

/** A finer type that some fields have. */
function extraTypeInfo(field: Field): string | null {
	if (field.name === 'PhotoUrl') return 'imageurl';
	if (field.type === 'textarea') return 'plaintextarea';
	// An account's name may be a person's, where that is switched on.
	if (field.compound === 'Name') return field.nameField ? 'switchablepersonname' : 'personname';
	return field.name === 'Name' ? 'personname' : null;
}

/** Salesforce names it after the field, without "Id". */
function relationshipName({ name, type }: Field): string | null {
	return type === 'reference' || name === 'JigsawContactId' ? name.replace(/Id$/, '') : null;
}

function describeField(field: Field, object: ObjectName): Record<string, unknown> {
	const isText = field.length > 0;
	return {
		aggregatable: field.filterable && field.type !== 'boolean',
		aiPredictionField: false,
		autoNumber: field.name === 'CaseNumber',
		byteLength: isText
			? field.length * (field.type === 'id' || field.type === 'reference' ? 1 : 3)
			: 0,
		calculated: field.calculated,
		calculatedFormula: field.calculated ? 'Title & " (" & Account.Name & ")"' : null,
		cascadeDelete: false,
		caseSensitive: false,
		compoundFieldName: field.compound ?? null,
		controllerName: null,
		createable: field.createable,
		custom: field.name.endsWith('__c'),
		defaultValue: field.type === 'boolean' ? false : (DEFAULTS[object][field.name] ?? null),
		defaultValueFormula: null,
		defaultedOnCreate: field.defaultedOnCreate,
		dependentPicklist: false,
		deprecatedAndHidden: false,
		digits: 0,
		displayLocationInDecimal: /Latitude|Longitude/.test(field.name),
		encrypted: false,
		externalId: false,
		extraTypeInfo: extraTypeInfo(field),
		filterable: field.filterable,
		filteredLookupInfo: null,
		formulaTreatNullNumberAsZero: false,
		groupable: field.filterable && !['datetime', 'double'].includes(field.type),
		highScaleNumber: false,
		htmlFormatted: false,
		idLookup: field.idLookup,
		inlineHelpText: null,
		label: field.label,
		length: field.length,
		mask: null,
		maskType: null,
		name: field.name,
		nameField: field.nameField,
		namePointing: false,
		nillable: field.nillable,
		permissionable: field.nillable,
		picklistValues: field.picklist.map((value) => ({
			active: true,
			defaultValue: false,
			label: value,
			validFor: null,
			value,
		})),
		polymorphicForeignKey: field.referenceTo.length > 1,
		precision: 0,
		queryByDistance: false,
		referenceTargetField: null,
		referenceTo: field.referenceTo,
		relationshipName: relationshipName(field),
		relationshipOrder: null,
		restrictedDelete: false,
		restrictedPicklist: field.restrictedPicklist,
		scale: 0,
		searchPrefilterable: false,
		soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
		sortable: field.filterable && field.type !== 'address',
		type: field.type,
		unique: false,
		updateable: field.updateable,
		writeRequiresMasterRead: false,
		...NUMBERS[field.type],
	};
}

const PLURALS: Record<ObjectName, string> = {
	Contact: 'Contacts',
	Lead: 'Leads',
	Account: 'Accounts',
	Case: 'Cases',
};

/** Flags that describe and describeGlobal share. */
export function describeBriefly(object: ObjectName, version: string): Record<string, unknown> {
	const base = `/services/data/v${version}/sobjects/${object}`;
	return {
		activateable: false,
		associateEntityType: null,
		associateParentEntity: null,
		createable: true,
		custom: false,
		customSetting: false,
		deepCloneable: false,
		deletable: true,
		deprecatedAndHidden: false,
		feedEnabled: true,
		hasSubtypes: false,
		isInterface: false,
		isSubtype: false,
		keyPrefix: PREFIXES[object],
		label: object,
		labelPlural: PLURALS[object],
		layoutable: true,
		mergeable: object !== 'Case',
		mruEnabled: true,
		name: object,
		queryable: true,
		replicateable: true,
		retrieveable: true,
		searchable: true,
		triggerable: true,
		undeletable: true,
		updateable: true,
		urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
	};
}

export function describeObject(
	schema: Schema,
	object: ObjectName,
	version: string,
): Record<string, unknown> {
	const cases = {
		cascadeDelete: false,
		childSObject: 'Case',
		deprecatedAndHidden: false,
		field: 'ContactId',
		junctionIdListNames: [],
		junctionReferenceTo: [],
		relationshipName: 'Cases',
		restrictedDelete: true,
	};
	return {
		actionOverrides: [],
		...describeBriefly(object, version),
		childRelationships: object === 'Contact' ? [cases] : [],
		compactLayoutable: true,
		defaultImplementation: null,
		extendedBy: null,
		extendsInterfaces: null,
		fields: schema.visible(object).map((field) => describeField(field, object)),
		implementedBy: null,
		implementsInterfaces: null,
		listviewable: null,
		lookupLayoutable: null,
		namedLayoutInfos: [],
		networkScopeFieldName: null,
		recordTypeInfos: [],
		searchLayoutable: true,
		sobjectDescribeOption: 'FULL',
		supportedScopes: [],
	};
}

export function describeGlobal(version: string): object {
	const names = Object.keys(PREFIXES) as ObjectName[];
	return {
		encoding: 'UTF-8',
		maxBatchSize: 200,
		sobjects: names.map((name) => describeBriefly(name, version)),
	};
}

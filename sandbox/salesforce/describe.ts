import { FORMULAS } from './derived.ts';
import type { Field, FieldType } from './fields/field.ts';
import type { Picklist } from './fields/picklists.ts';
import { OBJECT_NAMES, type ObjectName, OBJECTS } from './objects.ts';
import type { Schema } from './schema.ts';

const SOAP_TYPE: Record<FieldType, string> = {
	id: 'tns:ID',
	reference: 'tns:ID',
	string: 'xsd:string',
	textarea: 'xsd:string',
	picklist: 'xsd:string',
	email: 'xsd:string',
	phone: 'xsd:string',
	url: 'xsd:string',
	boolean: 'xsd:boolean',
	date: 'xsd:date',
	datetime: 'xsd:dateTime',
	double: 'xsd:double',
	currency: 'xsd:double',
	int: 'xsd:int',
	address: 'urn:address',
};

/** Answers `GET /sobjects`. */
export const describeGlobal = (base: string): object => ({
	encoding: 'UTF-8',
	maxBatchSize: 200,
	sobjects: OBJECT_NAMES.map((name) => globalEntry(name, base)),
});

function globalEntry(name: ObjectName, base: string): object {
	const { label, labelPlural, keyPrefix, mergeable, writable } = OBJECTS[name];
	return {
		activateable: false,
		associateEntityType: null,
		associateParentEntity: null,
		createable: writable,
		custom: false,
		customSetting: false,
		deepCloneable: false,
		deletable: writable,
		deprecatedAndHidden: false,
		feedEnabled: true,
		hasSubtypes: false,
		isInterface: false,
		isSubtype: false,
		keyPrefix,
		label,
		labelPlural,
		layoutable: true,
		mergeable,
		mruEnabled: true,
		name,
		queryable: true,
		replicateable: true,
		retrieveable: true,
		searchable: true,
		triggerable: true,
		undeletable: writable,
		updateable: writable,
		urls: urlsOf(name, base),
	};
}

function urlsOf(name: ObjectName, base: string): Record<string, string> {
	const url = `${base}/sobjects/${name}`;
	return {
		compactLayouts: `${url}/describe/compactLayouts`,
		rowTemplate: `${url}/{ID}`,
		approvalLayouts: `${url}/describe/approvalLayouts`,
		listviews: `${url}/listviews`,
		describe: `${url}/describe`,
		quickActions: `${url}/quickActions`,
		layouts: `${url}/describe/layouts`,
		sobject: url,
	};
}

export interface DescribeContext {
	/** "/services/data/v67.0" */
	readonly base: string;
	/** "http://127.0.0.1:4010" */
	readonly origin: string;
}

/** Answers `GET /sobjects/<name>/describe`: what the integration's user sees. */
export function describe(
	schema: Schema,
	name: ObjectName,
	{ base, origin }: DescribeContext,
): object {
	const { keyPrefix, children } = OBJECTS[name];
	return {
		...globalEntry(name, base),
		actionOverrides: [],
		childRelationships: children.map(childRelationship),
		compactLayoutable: true,
		defaultImplementation: null,
		extendedBy: null,
		extendsInterfaces: null,
		fields: schema.fields(name).map(describeField),
		implementedBy: null,
		implementsInterfaces: null,
		listviewable: null,
		lookupLayoutable: null,
		namedLayoutInfos: [],
		networkScopeFieldName: null,
		recordTypeInfos: [masterRecordType(name, base)],
		searchLayoutable: true,
		sobjectDescribeOption: 'FULL',
		supportedScopes: supportedScopes(OBJECTS[name].labelPlural.toLowerCase()),
		urls: {
			...urlsOf(name, base),
			uiDetailTemplate: `${origin}/{ID}`,
			uiEditTemplate: `${origin}/{ID}/e`,
			uiNewRecord: `${origin}/${keyPrefix}/e`,
		},
	};
}

function childRelationship(child: (typeof OBJECTS)[ObjectName]['children'][number]): object {
	return {
		cascadeDelete: child.cascadeDelete ?? false,
		childSObject: child.childSObject,
		deprecatedAndHidden: false,
		field: child.field,
		junctionIdListNames: [],
		junctionReferenceTo: [],
		relationshipName: child.relationshipName,
		restrictedDelete: child.restrictedDelete ?? false,
	};
}

const MASTER = '012000000000000AAA';

const masterRecordType = (name: ObjectName, base: string): object => ({
	active: true,
	available: true,
	defaultRecordTypeMapping: true,
	developerName: 'Master',
	master: true,
	name: 'Master',
	recordTypeId: MASTER,
	urls: { layout: `${base}/sobjects/${name}/describe/layouts/${MASTER}` },
});

const supportedScopes = (plural: string): object[] => [
	{ label: `All ${plural}`, name: 'everything' },
	{ label: `My ${plural}`, name: 'mine' },
];

/** One entry of `fields`. */
export function describeField(field: Field): object {
	const { name, label, type, length, flags, digits } = field;
	const formula = field.formula === undefined ? undefined : FORMULAS[field.formula];
	const isPolymorphic = (field.referenceTo?.length ?? 0) > 1;
	return {
		aggregatable: flags.includes('a'),
		aiPredictionField: false,
		autoNumber: field.autoNumber ?? false,
		byteLength: type === 'id' || type === 'reference' ? length : (field.bytes ?? length * 3),
		calculated: formula !== undefined,
		calculatedFormula: formula?.text ?? null,
		cascadeDelete: false,
		caseSensitive: false,
		compoundFieldName: field.compound ?? null,
		controllerName: null,
		createable: field.createable,
		custom: field.custom,
		defaultValue: field.standard ?? (type === 'boolean' && !field.noDefault ? false : null),
		defaultValueFormula: null,
		defaultedOnCreate: field.defaultedOnCreate,
		dependentPicklist: false,
		deprecatedAndHidden: false,
		digits: type === 'int' ? (digits?.[0] ?? 0) : 0,
		displayLocationInDecimal: false,
		encrypted: false,
		externalId: false,
		extraTypeInfo: field.extraType ?? null,
		filterable: field.filterable,
		filteredLookupInfo: null,
		formulaTreatNullNumberAsZero: formula !== undefined,
		groupable: flags.includes('g'),
		highScaleNumber: false,
		htmlFormatted: false,
		idLookup: field.idLookup,
		inlineHelpText: null,
		label,
		length,
		mask: null,
		maskType: null,
		name,
		nameField: field.nameField ?? false,
		namePointing: isPolymorphic,
		nillable: field.nillable,
		permissionable: flags.includes('p'),
		picklistValues: (field.picklist ?? []).map((value) => picklistValue(value, field.standard)),
		polymorphicForeignKey: isPolymorphic,
		precision: type === 'int' ? 0 : (digits?.[0] ?? 0),
		queryByDistance: type === 'address',
		referenceTargetField: null,
		referenceTo: field.referenceTo ?? [],
		relationshipName: field.relationship ?? null,
		relationshipOrder: null,
		restrictedDelete: false,
		restrictedPicklist: field.restricted ?? false,
		scale: digits?.[1] ?? 0,
		searchPrefilterable: flags.includes('x'),
		soapType: SOAP_TYPE[type],
		sortable: field.sortable,
		type,
		unique: false,
		updateable: field.updateable,
		writeRequiresMasterRead: false,
	};
}

function picklistValue(entry: Picklist[number], standard: string | undefined): object {
	const [value, label] = typeof entry === 'string' ? [entry, entry] : entry;
	return { active: true, defaultValue: value === standard, label, validFor: null, value };
}

/** Picklist values as the standard objects of a new organisation have them. */

export type Picklist = ReadonlyArray<string | readonly [value: string, label: string]>;

export const SALUTATIONS: Picklist = ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.'];

export const GEOCODE_ACCURACIES: Picklist = [
	'Address',
	'NearAddress',
	'Block',
	'Street',
	'ExtendedZip',
	'Zip',
	'Neighborhood',
	'City',
	'County',
	'State',
	'Unknown',
];

export const LEAD_SOURCES: Picklist = [
	'Web',
	'Phone Inquiry',
	'Partner Referral',
	'Purchased List',
	'Other',
];

/** Value and label where they differ. */
export const CLEAN_STATUSES: Picklist = [
	['Matched', 'In Sync'],
	'Different',
	['Acknowledged', 'Reviewed'],
	['NotFound', 'Not Found'],
	'Inactive',
	['Pending', 'Not Compared'],
	['SelectMatch', 'Select Match'],
	'Skipped',
];

export const LEAD_SALUTATIONS: Picklist = ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.', 'Mx.'];

export const LEAD_STATUSES: Picklist = [
	'Open - Not Contacted',
	'Working - Contacted',
	'Closed - Converted',
	'Closed - Not Converted',
];

export const INDUSTRIES: Picklist = [
	'Agriculture',
	'Apparel',
	'Banking',
	'Biotechnology',
	'Chemicals',
	'Communications',
	'Construction',
	'Consulting',
	'Education',
	'Electronics',
	'Energy',
	'Engineering',
	'Entertainment',
	'Environmental',
	'Finance',
	'Food & Beverage',
	'Government',
	'Healthcare',
	'Hospitality',
	'Insurance',
	'Machinery',
	'Manufacturing',
	'Media',
	'Not For Profit',
	'Recreation',
	'Retail',
	'Shipping',
	'Technology',
	'Telecommunications',
	'Transportation',
	'Utilities',
	'Other',
];

export const RATINGS: Picklist = ['Hot', 'Warm', 'Cold'];

export const ACCOUNT_TYPES: Picklist = [
	'Prospect',
	'Customer - Direct',
	'Customer - Channel',
	'Channel Partner / Reseller',
	'Installation Partner',
	'Technology Partner',
	'Other',
];

export const OWNERSHIPS: Picklist = ['Public', 'Private', 'Subsidiary', 'Other'];

export const CASE_TYPES: Picklist = [
	'Mechanical',
	'Electrical',
	'Electronic',
	'Structural',
	'Other',
];

export const CASE_STATUSES: Picklist = ['New', 'Working', 'Escalated', 'Closed'];

export const CASE_REASONS: Picklist = [
	'Installation',
	'Equipment Complexity',
	'Performance',
	'Breakdown',
	'Equipment Design',
	'Feedback',
	'Other',
];

export const CASE_ORIGINS: Picklist = ['Phone', 'Email', 'Web'];

export const CASE_PRIORITIES: Picklist = ['High', 'Medium', 'Low'];

export const LEVELS: Picklist = ['Secondary', 'Tertiary', 'Primary'];

export const PRODUCT_INTERESTS: Picklist = ['GC1000 series', 'GC5000 series', 'GC3000 series'];

export const YES_NO: Picklist = ['No', 'Yes'];

import { registerBothWaysTests } from './ledger/both-ways.ts';
import { registerContactSyncTests } from './ledger/contact-sync.ts';
import type { Place } from './ledger/desk.ts';
import { registerIntegrationTests } from './ledger/integrations.ts';
import { registerLargeReadTests } from './ledger/large-reads.ts';
import { registerLinkTests } from './ledger/links.ts';
import { registerNoticeTests } from './ledger/notices.ts';
import { registerPageTests } from './ledger/pages.ts';
import { registerProcessTests } from './ledger/processes.ts';
import { registerPropertyTests } from './ledger/properties.ts';
import { registerQuotaTests } from './ledger/quota.ts';
import { registerReconcileTests } from './ledger/reconcile.ts';

/** What a ledger promises (sync/ledger/ledger.ts); runs unchanged on every kind of storage. */
export function registerLedgerTests(place: Place): void {
	describe('integrations', () => registerIntegrationTests(place));
	describe('pages', () => registerPageTests(place));
	describe('links', () => registerLinkTests(place));
	describe('both ways', () => registerBothWaysTests(place));
	describe('reconciliation', () => registerReconcileTests(place));
	describe('large reads and imports', () => registerLargeReadTests(place));
	describe('contact sync', () => registerContactSyncTests(place));
	describe('quota', () => registerQuotaTests(place));
	describe('notices', () => registerNoticeTests(place));
	describe('properties', () => registerPropertyTests(place));
	describe('several processes', () => registerProcessTests(place));
}

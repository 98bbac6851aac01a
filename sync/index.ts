/** Everything that nodes use of the engine. Types are imported from their own files. */
export { boundedText, LARGEST_ANSWER } from './bounded-text.ts';
export { getAccount } from './brevo/account.ts';
export { listAttributes } from './brevo/attributes.ts';
export { addChoices } from './brevo/choices.ts';
export { allContacts } from './brevo/changed.ts';
export { BREVO_URL, brevoClient } from './brevo/client.ts';
export { blockContact, deleteContact, getContact } from './brevo/contacts.ts';
export { UnknownListError } from './brevo/errors.ts';
export { limitersOf } from './brevo/limiter.ts';
export {
	createList,
	findOrCreateList,
	getList,
	listFolders,
	requireList,
	searchLists,
} from './brevo/lists.ts';
export { sendMail } from './brevo/mail.ts';
export { hintsOf } from './brevo/events.ts';
export { ensureWebhook, removeWebhook } from './brevo/webhooks.ts';
export { removeFromList } from './brevo/members.ts';
export { hasLeft, isGone } from './changes/change.ts';
export { everyRecord } from './changes/every-record.ts';
export { compileFilter } from './changes/filter.ts';
export { countQuery, newestQuery, QueryError } from './changes/soql.ts';
export { backRound, sampleBack } from './changes/back.ts';
export { CHANGES_PAGE, SNAPSHOT_ABOVE, SNAPSHOT_PAGE } from './changes/page-sizes.ts';
export { progressInWords } from './changes/progress.ts';
export { News } from './changes/news.ts';
export { FAILED_RUN_BACKOFF_MS, round } from './changes/pump.ts';
export { salesforceSource, sampleRecords } from './changes/source.ts';
export { withinReserve } from './changes/within-reserve.ts';
export { gatherDashboard } from './dashboard/gather.ts';
export { CONTENT_SECURITY_POLICY, dashboardPage } from './dashboard/page.ts';
export { deliverBack } from './deliver/back.ts';
export { approveRemovals, noteTold } from './deliver/brake.ts';
export { removeContacts } from './deliver/remove.ts';
export { settle } from './deliver/settle.ts';
export { upsertContacts } from './deliver/upsert.ts';
export { explainRecord, objectOfId, recordsOfEmail } from './desk/explain-contact.ts';
export { delayQuantile } from './desk/delay.ts';
export { rejectionsOf } from './desk/rejections.ts';
export { exportRuns, runsCsv } from './desk/runs.ts';
export { statusOf } from './desk/status.ts';
export { counted, duration, inWords, moment, readMoment, reasonInWords } from './desk/words.ts';
export { NoAnswerError, UnusableCredentialError } from './host.ts';
export { identifierHashes } from './identity.ts';
export { locationInThisN8n } from './ledger/environment.ts';
export { BACK_SUFFIX, backStreamOf, LedgerError } from './ledger/ledger.ts';
export { openLedger } from './ledger/open.ts';
export { phoneCountries } from './limits/checks/phone.ts';
export { explain, explainBack } from './limits/explain.ts';
export { LIMIT_IDS, LIMITS } from './limits/table.ts';
export { ALL_LIFTED, LIFTS, liftsOf } from './limits/lifts.ts';
export { mapBack } from './mapping/map-back.ts';
export { isEmpty as isBlankField } from './mapping/convert.ts';
export { mapRecord, valueAt } from './mapping/map-record.ts';
export { missingChoices } from './mapping/missing-choices.ts';
export { attributeOptions, fieldOptions } from './mapping/options.ts';
export { NAME_ATTRIBUTES, nameAttributeOf } from './mapping/pairs.ts';
export { PARENT_FIELDS } from './mapping/parent-fields.ts';
export { preflight, usableRows } from './mapping/preflight.ts';
export { memoryCache } from './memory-cache.ts';
export { oneAtATime } from './one-at-a-time.ts';
export { OPT_OUT_FIELD, profileOf, saveProfile } from './profile.ts';
export { estimate } from './quota/estimate.ts';
export { runsOutAt } from './quota/forecast.ts';
export { guard } from './quota/guard.ts';
export { dayIn, noticeText } from './quota/notice.ts';
export { periodAt, periodRuleProblem } from './quota/period.ts';
export { watchChanges } from './salesforce/events/watch.ts';
export { API_VERSION, salesforceConnection } from './salesforce/connection.ts';
export { describeFields } from './salesforce/describe.ts';
export { recordIdFrom } from './salesforce/record-id.ts';
export { SalesforceError } from './salesforce/errors.ts';
export { instanceUrlOf, isOwnInstance, loginUrlOf } from './salesforce/instance-url.ts';
export { explainLogin } from './salesforce/login-errors.ts';
export { organizationId, serverNow } from './salesforce/organization.ts';
export { countRecords, fetchByIds, queryPage } from './salesforce/read.ts';
export { DEFAULT_RESERVE, LARGEST_RESERVE } from './salesforce/reserve.ts';
export { deleteRecords, updateRecords } from './salesforce/write.ts';
export { reconcile } from './reconcile/reconcile.ts';
export { saveScope } from './scope.ts';
export { withSecondLook } from './second-look.ts';
export { inTurns } from './turns.ts';

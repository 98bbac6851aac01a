/** Most changed records of one execution: what Salesforce gives in one call. */
export const CHANGES_PAGE = 2_000;
/** Most records of one execution while everything is read: one import into Brevo each. Twice as many
 *  would be 10 % faster and take twice the memory (docs/performance.md). */
export const SNAPSHOT_PAGE = 5_000;
/** A first read of more records than this is a snapshot (Heroku Connect draws the line there, too). */
export const SNAPSHOT_ABOVE = 10_000;

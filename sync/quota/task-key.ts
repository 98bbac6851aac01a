/** Identity of the write of a record to Brevo; see TaskRequest. */
export const taskKeyToBrevo = (integration: string, recordId: string): string =>
	`${integration}|to-brevo|${recordId}`;

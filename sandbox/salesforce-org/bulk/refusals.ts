import { Refused } from '../answers.ts';

/** What jobs refuse; where no text of a real organisation is known, the words are the sandbox's. */
export const apiError = (message: string): Refused => new Refused(400, 'API_ERROR', message);

/** Salesforce: Delete a Query Job. */
export const notTerminated = (): Refused =>
	apiError('Error encountered when deleting the job because the job is not terminated');

export const invalidState = (message: string): Refused =>
	new Refused(400, 'INVALIDJOBSTATE', message);

export const alreadyOver = (): Refused =>
	invalidState('Aborting already Completed Job not allowed');

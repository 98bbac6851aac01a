/** What `environment.cjs` gives each test file. */
declare global {
	/** Node's own require; absent in a file that loads the large packages anew. */
	var nodeRequire: NodeJS.Require | undefined;
	/** Folders to remove after the last test of the file. */
	var temporaryFolders: string[];
}
export {};

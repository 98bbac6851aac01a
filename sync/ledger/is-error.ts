/** Not instanceof: Node's own errors are of another realm where code runs in a vm. */
export const isError = (value: unknown): value is Error =>
	Object.prototype.toString.call(value) === '[object Error]';

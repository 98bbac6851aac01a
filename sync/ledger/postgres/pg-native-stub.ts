/** Stands in for pg's optional C binding in the bundle. */
export {};

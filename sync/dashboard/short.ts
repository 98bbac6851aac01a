/** A number for an axis: 1,500 is 1.5k. */
export function short(value: number): string {
	const parts = [
		[1e6, 'M'],
		[1e3, 'k'],
	] as const;
	for (const [size, unit] of parts)
		if (value >= size)
			return `${(value / size).toLocaleString('en', { maximumFractionDigits: 1 })}${unit}`;
	return value.toLocaleString('en', { maximumFractionDigits: 1 });
}

/** Seconds for an axis or a figure: "8 s", "1.5 min", "3 h", "2 d". */
export function shortDuration(seconds: number): string {
	const parts = [
		[86_400, 'd'],
		[3_600, 'h'],
		[60, 'min'],
	] as const;
	for (const [size, unit] of parts)
		if (seconds >= size)
			return `${(seconds / size).toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
	return `${seconds.toLocaleString('en', { maximumFractionDigits: seconds < 10 ? 1 : 0 })} s`;
}

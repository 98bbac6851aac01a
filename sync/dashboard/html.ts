/** Text that may stand in a page as it is. */
export class Html {
	readonly text: string;
	constructor(text: string) {
		this.text = text;
	}
	toString(): string {
		return this.text;
	}
}

type Part = Html | string | number | undefined | false | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

const escaped = (text: string): string =>
	text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

function written(part: Part): string {
	if (part === undefined || part === false) return '';
	if (part instanceof Html) return part.text;
	return typeof part === 'object' ? part.map(written).join('') : escaped(String(part));
}

/** A piece of HTML or SVG: what is put in is escaped, except other pieces. Line breaks of the source
 *  become spaces. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
	const text = strings.map(
		(string, index) => string.replaceAll(/\s*\n\s*/g, ' ') + written(parts[index]),
	);
	return new Html(text.join(''));
}

/** A coordinate: a tenth of a pixel is enough. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

// Lints one line of source for each case given as JSON and prints which rules it broke. A program
// of its own, because jest cannot load ESLint's flat configuration.
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const eslint = new ESLint({
	// The files do not exist, so there are no types to check.
	overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
});
const cases = JSON.parse(process.argv[2] ?? '[]');
const results = [];
for (const { file, source } of cases) {
	const [result] = await eslint.lintText(source, { filePath: file });
	results.push((result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message));
}
console.log(JSON.stringify(results));

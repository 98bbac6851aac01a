// Writes the pages that are made from data.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { limitsPage } from './limits-page.ts';

const file = path.join('docs', 'limits.md');
writeFileSync(path.join(import.meta.dirname, '..', file), limitsPage());
console.log(`Wrote ${file}`);

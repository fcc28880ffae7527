/** `node build/locations-table.ts` writes docs/locations.md; a test says when that is due. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueTable } from '../core/policy/catalogue-table.ts';
import { ROOT } from './root.ts';

writeFileSync(join(ROOT, 'docs', 'locations.md'), catalogueTable());

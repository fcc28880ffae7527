/** `node build/manifest-schema.ts` writes docs/clawmanifest.schema.json; a test says when that is due. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestJsonSchema } from '../core/manifest/json-schema.ts';
import { ROOT } from './root.ts';

writeFileSync(join(ROOT, 'docs', 'clawmanifest.schema.json'), `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`);

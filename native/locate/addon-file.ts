/** Where an addon lies: in native/build of the tree that this code runs in, however deep it was bundled. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Throws when there is none: the tree was not built. */
export function addonFile(name: string): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    const file = join(at, 'native/build', `${name}.node`);
    if (existsSync(file)) return file;
    if (at === dirname(at)) throw new Error(`native/build/${name}.node is missing: run \`npm run build\``);
  }
}

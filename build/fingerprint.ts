import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** What an output was made from: contents of our files, identity of the tools and libraries, and the arguments. */
export interface Ingredients {
  /** Our own files: their bytes count. */
  sources: readonly string[];
  /** Tools and system libraries: path, size and time count. */
  tools: readonly string[];
  arguments: readonly string[];
}

/** Hex SHA-256 over everything that decides what the output will be. A missing tool is an ingredient of its own. */
export function fingerprint(ingredients: Ingredients): string {
  const hash = createHash('sha256');
  for (const source of [...ingredients.sources].sort()) hash.update(`${source}\0`).update(readFileSync(source));
  for (const tool of ingredients.tools) {
    const found = statSync(tool, { throwIfNoEntry: false });
    hash.update(found ? `${realpathSync(tool)}\0${found.size}\0${found.mtimeMs}\0` : `${tool}\0missing\0`);
  }
  return hash.update(ingredients.arguments.join('\0')).digest('hex');
}

/** The file that PATH finds for a program, or the bare name. */
export function programPath(name: string): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== '' && statSync(candidate, { throwIfNoEntry: false })?.isFile()) return candidate;
  }
  return name;
}

const stampOf = (output: string) => `${output}.stamp`;

/** Whether `output` is there and was made from exactly these ingredients. */
export function isUpToDate(output: string, print: string): boolean {
  if (statSync(output, { throwIfNoEntry: false }) === undefined) return false;
  try {
    return readFileSync(stampOf(output), 'utf8') === print;
  } catch {
    return false; // no stamp: never finished
  }
}

/** To be called once `output` is whole. */
export function markUpToDate(output: string, print: string): void {
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(stampOf(output), print);
}

/** Starter manifests that come with this program: beside it in the source tree and in an installation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Starter, startersFrom } from '../core/manifest/index.ts';
import { failure, type Result } from '../core/result.ts';

const FOLDER = join(import.meta.dirname, '../starters');

/** The error is a sentence. */
export function shippedStarters(): Result<Starter[], string> {
  try {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
    return startersFrom(names.map((name) => ({ name, bytes: readFileSync(join(FOLDER, name)) })));
  } catch (problem) {
    return failure(`${FOLDER} cannot be read: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
}

import { explainManifest } from '../../core/manifest/explain.ts';
import { problemOfPolicy } from '../../core/manifest/lint-finding.ts';
import { placed } from '../../core/manifest/problem.ts';
import { visible } from '../terminal/visible.ts';
import { complainAbout, type ExitCode } from './command-error.ts';
import { readParsed } from './parsed-file.ts';
import { type PlaceOptions, placesFrom } from './session-places.ts';
import type { Surroundings } from './surroundings.ts';

export type ExplainOptions = PlaceOptions & { readonly json?: boolean };

/** A manifest in words; exit 1 when it cannot be made into rules. */
export function explainFile(given: string, options: ExplainOptions, surroundings: Surroundings): ExitCode {
  const { print } = surroundings;
  const parsed = readParsed(given, surroundings);
  if (parsed === null) return 1;
  const { file, manifest, places } = parsed;
  const explained = explainManifest(manifest, placesFrom(options));
  if (!explained.ok) {
    complainAbout([placed(problemOfPolicy(explained.error), places)], file.path, surroundings);
    return 1;
  }
  if (options.json === true) {
    print(JSON.stringify({ file: file.path, sections: explained.value }, null, 2));
    return 0;
  }
  for (const { title, lines } of explained.value) {
    print(title);
    for (const { text, pointer } of lines) {
      const place = pointer === null ? undefined : places.get(pointer);
      print(`  ${visible(text)}${place === undefined ? '' : `  [line ${place.line}]`}`);
    }
  }
  return 0;
}

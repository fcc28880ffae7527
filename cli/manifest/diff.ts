import { type Change, compareManifests } from '../../core/manifest/difference.ts';
import { visible } from '../terminal/visible.ts';
import { CommandError, type ExitCode } from './command-error.ts';
import { readParsed } from './parsed-file.ts';
import type { Surroundings } from './surroundings.ts';

export type DiffOptions = { readonly json?: boolean };

const HEADINGS: Readonly<Record<Change['kind'], string>> = {
  more: 'It may do more:',
  less: 'It may do less:',
  other: 'Also different:',
};

/** What changed from one manifest to another, in words of permission: exit 1 when the new one may do more. */
export function diffFiles(old: string, young: string, { json }: DiffOptions, surroundings: Surroundings): ExitCode {
  const { print } = surroundings;
  const [before, after] = [readParsed(old, surroundings), readParsed(young, surroundings)];
  if (before === null || after === null)
    throw new CommandError('there is nothing to compare', 'Correct what is named above.');
  const compared = compareManifests(before.manifest, after.manifest);
  if (!compared.ok) {
    const { side, error } = compared.error;
    throw new CommandError(`${side === 'old' ? old : young}: ${error.message}`, error.remedy);
  }
  const { more, changes } = compared.value;
  if (json === true) print(JSON.stringify({ old: before.file.path, new: after.file.path, more, changes }, null, 2));
  else if (changes.length === 0) print('No difference in what it may do, in its files or in its names.');
  else {
    for (const kind of ['more', 'less', 'other'] as const) {
      const own = changes.filter((change) => change.kind === kind);
      if (own.length > 0) print(HEADINGS[kind]);
      for (const { text, pointer, side } of own) print(`  ${visible(text)}${placeOf(pointer, side)}`);
    }
  }
  return more ? 1 : 0;
}

function placeOf(pointer: string | null, side: Change['side']): string {
  return pointer === null ? '' : `  [${side === 'old' ? 'was ' : ''}${visible(pointer)}]`;
}

/** Which groups of a part are run. */
import type { parseArgs } from 'node:util';

export const CHOICE = {
  /** Those groups whose name has this in it. */
  only: { type: 'string' },
  /** All but those that have these names. */
  without: { type: 'string', multiple: true, default: [] as string[] },
} as const satisfies NonNullable<Parameters<typeof parseArgs>[0]>['options'];

export interface Choice {
  readonly only?: string | undefined;
  readonly without: readonly string[];
}

export function isChosen(name: string, { only, without }: Choice): boolean {
  return !without.includes(name) && (only === undefined || name.includes(only));
}

/** Throws if it is to be run without a group that there is none of. */
export function chosen<T>(groups: Readonly<Record<string, T>>, choice: Choice): [string, T][] {
  const unknown = choice.without.find((name) => !(name in groups));
  if (unknown !== undefined) throw new Error(`--without ${unknown}: there are ${Object.keys(groups).join(', ')}`);
  return Object.entries(groups).filter(([name]) => isChosen(name, choice));
}

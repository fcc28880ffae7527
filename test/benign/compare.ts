import type { Snapshot } from './snapshot.ts';

/** The status with which a case says that a program it needs is not there. */
const NOT_THERE = '77';

/** In what two runs of a case differ, the first of each kind; empty: they are the same. */
export function differences(free: Snapshot | undefined, guarded: Snapshot | undefined): string[] {
  if (free === undefined || free.status === '' || guarded === undefined) return ['it did not run'];
  if (free.status === NOT_THERE) return [`${free.output.trim()} is not installed`];
  return [
    ...(free.status === guarded.status ? [] : [`status ${free.status} became ${guarded.status || 'none'}`]),
    ...(free.output === guarded.output ? [] : [`output: ${firstDifference(free.output, guarded.output)}`]),
    ...(free.errors === guarded.errors ? [] : [`errors: ${firstDifference(free.errors, guarded.errors)}`]),
    ...treeDifferences(free.tree, guarded.tree),
  ];
}

function firstDifference(free: string, guarded: string): string {
  const before = free.split('\n');
  const after = guarded.split('\n');
  const index = after.findIndex((line, number) => line !== before[number]);
  if (index < 0) return `ends after ${after.length} lines of ${before.length}`;
  return `${JSON.stringify(before[index] ?? null)} became ${JSON.stringify(after[index])}`;
}

type Tree = Snapshot['tree'];

function treeDifferences(free: Tree, guarded: Tree): string[] {
  const paths = [...new Set([...free.keys(), ...guarded.keys()])];
  const different = paths.filter((path) => free.get(path) !== guarded.get(path));
  return different
    .slice(0, 3)
    .map((path) => `${path}: ${free.get(path) ?? 'absent'} became ${guarded.get(path) ?? 'absent'}`);
}

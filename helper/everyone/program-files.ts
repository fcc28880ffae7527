/** The files of programs that are trusted or accepted, as they are on the machine: only what root alone can have put there counts. */
import { closeSync, openSync, readSync } from 'node:fs';
import { EVERYONE_ROWS, trustedFiles } from '../../core/policy/everyone.ts';
import type { AcceptedProgram } from '../../core/protocol/everyone.ts';
import { acceptableProgram, rootsProgram } from './acceptable.ts';

export interface ProgramOnDisk {
  /** Without links. */
  readonly path: string;
  readonly rows: ReadonlySet<number>;
  /** Names by which it can be executed, links among them; null: it is no script. */
  readonly scriptPaths: readonly string[] | null;
}

const SCRIPT = '#!';
/** Folders that are one with those below /usr where these are links. */
const MERGED = /^\/usr(?=\/(bin|sbin|lib|lib64)\/)/;

export function programsOnDisk(accepted: readonly AcceptedProgram[]): ProgramOnDisk[] {
  const found = new Map<string, { rows: Set<number>; names: Set<string> }>();
  const add = (name: string, real: string, rows: readonly number[]) => {
    const known = found.get(real) ?? { rows: new Set(), names: new Set([real]) };
    found.set(real, known);
    for (const row of rows) known.rows.add(row);
    for (const other of [name, name.replace(MERGED, '')]) {
      const same = rootsProgram(other);
      if (same.ok && same.value === real) known.names.add(other);
    }
  };
  for (const { path, rows } of trustedFiles()) {
    const real = rootsProgram(path);
    if (real.ok) add(path, real.value, rows);
  }
  for (const { program, location } of accepted) {
    const real = acceptableProgram(program);
    if (real.ok) add(program, real.value, rowsOf(location));
  }
  return [...found].flatMap(([path, { rows, names }]) => {
    const beginning = beginningOf(path);
    // removed since it was found
    if (beginning === null) return [];
    return [{ path, rows, scriptPaths: beginning === SCRIPT ? [...names] : null }];
  });
}

function rowsOf(location: string): number[] {
  return [...EVERYONE_ROWS].flatMap(([number, { name }]) => (location === '*' || name === location ? [number] : []));
}

/** The two bytes that the kernel knows a script by; null: there is no such file any more. */
function beginningOf(path: string): string | null {
  const file = openIfThere(path);
  if (file === null) return null;
  try {
    const beginning = Buffer.alloc(SCRIPT.length);
    return beginning.toString('latin1', 0, readSync(file, beginning, 0, SCRIPT.length, 0));
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Programs that stand before an agent's own in PATH, so that its name alone starts it by `ringfence run`. A convenience of the user's, no
 * border: whoever names the agent's file goes past them, and a known agent that is started so is recognised all the same.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** In the environment of whatever `ringfence run` starts: shells there leave the shims out. */
export const INSIDE = 'RINGFENCE_RUN';

const BELOW_HOME = '.local/share/ringfence/shims';
const MARK = '# Made by `ringfence shim install`';

export function shimFolder(home: string = homedir()): string {
  return join(home, BELOW_HOME);
}

/** A search path without the shims, for what is started by one of them. */
export function withoutShims(path: string, home?: string): string {
  const folder = shimFolder(home);
  return path
    .split(':')
    .filter((one) => one.replace(/\/+$/, '') !== folder)
    .join(':');
}

/** For every shell that there is a start file of. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** @param ringfence the command line that is `ringfence` */
export function shimText(agent: string, ringfence: readonly string[]): string {
  const words = ringfence.map(quoted).join(' ');
  return `#!/bin/sh\n${MARK}; \`ringfence shim remove ${agent}\` takes it away.\nexec ${words} run -- ${agent} "$@"\n`;
}

/** Throws what the file system says. */
export function writeShim(agent: string, text: string, home?: string): string {
  const folder = shimFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, agent);
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

/** Of an agent that has one. The folder goes with the last one. */
export function removeShim(agent: string, home?: string): void {
  rmSync(join(shimFolder(home), agent));
  if (shims(home).length === 0) rmdirSync(shimFolder(home));
}

/** Names of the agents that have one. */
export function shims(home?: string): string[] {
  const folder = shimFolder(home);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => readFileSync(join(folder, name), 'utf8').includes(MARK))
    .sort();
}

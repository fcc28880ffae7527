/** Stand-ins for trusted programs: a program of this test at the places where packages put theirs, as root's files. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AGENTS } from '../../../core/policy/agents.ts';
import { TRUSTED_PROGRAMS } from '../../../core/policy/catalogue.ts';
import { utf8 } from '../../../core/policy/pattern/bytes.ts';
import { matchPath } from '../../../core/policy/pattern/match-path.ts';
import { parsedPatterns } from '../../../core/policy/pattern/parsed-patterns.ts';

const SHADOWS = '/opt/stand-ins';
let shadows = 0;

/** Each file a copy of its own, since one file has one identity. */
function put(program: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(program, place);
  chmodSync(place, 0o755);
}

/** Over what the machine has there, until `takeAway`. */
export function standIn(program: string, place: string): () => void {
  if (!existsSync(place)) {
    put(program, place);
    return () => execFileSync('rm', ['-f', place]);
  }
  const shadow = join(SHADOWS, String(shadows++));
  put(program, shadow);
  execFileSync('mount', ['--bind', shadow, place]);
  return () => execFileSync('umount', ['--lazy', place]);
}

/** All of them; a link is no program of its own. Returns what takes them away again. */
export function standInForAll(program: string): () => void {
  const places = TRUSTED_PROGRAMS.flatMap(({ files }) => files).filter((place) => !isLink(place));
  const taken = [...new Set(places)].map((place) => standIn(program, place));
  return () => {
    for (const takeAway of taken) takeAway();
  };
}

function isLink(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** One that is recognised is held to its manifest, and is nobody else. */
function isAgents(place: string): boolean {
  const names = place.slice(1).split('/').map(utf8);
  const patterns = AGENTS.flatMap(({ files = [] }) => files).filter((pattern) => pattern.startsWith('/'));
  return patterns.some((pattern) => parsedPatterns(pattern).some((one) => matchPath(one, names)));
}

/** The files by which a row's trusted programs are known here. */
export function filesOf(trusted: readonly string[]): { readonly name: string; readonly files: readonly string[] }[] {
  return TRUSTED_PROGRAMS.filter(({ name }) => trusted.includes(name)).map(({ name, files }) => ({
    name,
    files: files.filter((file) => existsSync(file) && !isLink(file) && !isAgents(file)),
  }));
}

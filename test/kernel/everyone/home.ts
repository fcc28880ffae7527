/**
 * Homes as desktops have them, made from the catalogue's data alone: two people, each row there in one home and on purpose absent in the
 * other. What is expected of a place is read from the same data.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type IdentityLocation,
  PLACED_LOCATIONS,
  PROTECTIONS,
  type RuleLocation,
} from '../../../core/policy/catalogue.ts';
import type { OthersAnswer } from '../../../core/policy/others-answers.ts';
import { utf8 } from '../../../core/policy/pattern/bytes.ts';
import { matchPath } from '../../../core/policy/pattern/match-path.ts';
import { parsedPatterns } from '../../../core/policy/pattern/parsed-patterns.ts';
import type { PathOperation } from '../../../core/policy/vocabulary.ts';
import { samplePaths } from './sample-paths.ts';

export type Row = RuleLocation | IdentityLocation;

export interface Person {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

export const DEV: Person = { name: 'dev', uid: 1000, home: '/home/dev' };
export const ADA: Person = { name: 'ada', uid: 1001, home: '/home/ada' };
export const PEOPLE: readonly Person[] = [DEV, ADA];

/** A place of one row in one home. */
export interface Place {
  readonly row: Row;
  readonly person: Person;
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly present: boolean;
}

/** It can be run, and is recognised where it turns up. */
export const CONTENT = '#!/bin/true\nringfence-fake-secret\n';

/** Where a project's rows are tried. */
const PROJECT = 'project';

/** Rows that have a place in every home, in the order of the catalogue. */
export const HOME_ROWS: readonly Row[] = PLACED_LOCATIONS.filter(({ paths }) => paths.some(isInHome));

function isInHome(path: string): boolean {
  return path.startsWith('~/') || path.startsWith('$PROJECT/');
}

function patternsOf({ paths }: Row, home: string): string[] {
  return paths.filter(isInHome).map((path) => path.replace(/^~/, home).replace(/^\$PROJECT/, join(home, PROJECT)));
}

/** How many places of a row are tried in each home. */
export type Size = 'short' | 'full';
const MOST_PLACES: Readonly<Record<Size, number>> = { short: 2, full: 1000 };

/** Places of every row. Even rows are there in the first home and absent in the second, odd ones the other way round. */
export function placesOf(person: Person, size: Size): Place[] {
  const first = person === PEOPLE[0] ? 0 : 1;
  const all = HOME_ROWS.flatMap((row, index) => {
    const paths = [...new Set(patternsOf(row, person.home).flatMap(samplePaths))];
    const isFolder = (path: string) => paths.some((other) => other.startsWith(`${path}/`));
    const present = index % 2 === first;
    return paths
      .slice(0, MOST_PLACES[size])
      .map((path): Place => ({ row, person, path, kind: isFolder(path) ? 'folder' : 'file', present }));
  });
  // a folder that another row's file needs cannot be absent
  const isNeeded = ({ path }: Place) => all.some((other) => other.present && other.path.startsWith(`${path}/`));
  return all.filter((place) => place.present || place.kind === 'file' || !isNeeded(place));
}

export interface Judged {
  readonly answer: OthersAnswer;
  readonly rows: readonly Row[];
}

/** What becomes of an operation of a program that nobody trusts, and the rows that say so: the strictest of all that speak of the path. */
export function judged(person: Person, path: string, operation: PathOperation): Judged {
  const speaking = rowsAt(person, path).filter(({ protects }) =>
    (PROTECTIONS[protects] as readonly PathOperation[]).includes(operation),
  );
  for (const answer of ['deny', 'ask', 'audit'] as const) {
    const rows = speaking.filter(({ others }) => others === answer);
    if (rows.length > 0) return { answer, rows };
  }
  return { answer: 'allow', rows: speaking };
}

const rowsKnown = new Map<string, readonly Row[]>();

function rowsAt(person: Person, path: string): readonly Row[] {
  const known = rowsKnown.get(path);
  if (known !== undefined) return known;
  const names = path.slice(1).split('/').map(utf8);
  const rows = HOME_ROWS.filter((row) =>
    patternsOf(row, person.home).some(
      (pattern) =>
        path.startsWith(fixedBeginning(pattern)) && parsedPatterns(pattern).some((one) => matchPath(one, names)),
    ),
  );
  rowsKnown.set(path, rows);
  return rows;
}

/** Emulated, most of a second goes into patterns that speak of other folders. */
function fixedBeginning(pattern: string): string {
  return pattern.split(/\/?[*?[{\\]/, 1)[0] ?? '';
}

/** A second person beside the guest's own. */
export function makePeople(): void {
  if (readFileSync('/etc/passwd', 'utf8').includes(`${ADA.name}:`)) return;
  appendFileSync('/etc/passwd', `${ADA.name}:x:${ADA.uid}:${ADA.uid}::${ADA.home}:/bin/bash\n`);
  appendFileSync('/etc/group', `${ADA.name}:x:${ADA.uid}:\n`);
}

/** Both homes as they are meant to be, whatever was there before. */
export function makeHomes(size: Size): void {
  for (const person of PEOPLE) {
    // emptied, not made anew: the guard may know a home by its inode
    mkdirSync(person.home, { recursive: true, mode: 0o755 });
    execFileSync('find', [person.home, '-mindepth', '1', '-delete']);
    for (const folder of ['scratch', PROJECT]) mkdirSync(join(person.home, folder));
    for (const place of placesOf(person, size)) if (place.present) make(place);
    execFileSync('chown', ['-R', `${person.uid}:${person.uid}`, person.home]);
  }
}

function make({ path, kind }: Place): void {
  if (kind === 'folder') {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, CONTENT, { mode: 0o700 });
}

export type State = 'absent' | 'as-it-was' | 'changed';

/** As root sees it. */
export function stateOf({ path, kind }: Place): State {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'absent';
  if (kind === 'folder') return found.isDirectory() ? 'as-it-was' : 'changed';
  return found.isFile() && readFileSync(path, 'utf8') === CONTENT && (found.mode & 0o777) === 0o700
    ? 'as-it-was'
    : 'changed';
}

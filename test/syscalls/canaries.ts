/** Files that say so when they are read: each begins with a mark that is made anew for every run. */

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CANARIES, DENIED, GRANTED, HOME, READABLE } from './places.ts';

const MARK_BYTES = 8;
const REPEATS = 400;
const DEV = 1000;

/** No byte of it is found in text. */
export const MARK = Buffer.from(randomBytes(MARK_BYTES).map((byte) => byte | 0x80));

/** What the fuzzer is told, whose own memory must not hold the mark. */
export const complementOfMark = (): string => Buffer.from(MARK.map((byte) => ~byte & 0xff)).toString('hex');

const contentOf = (index: number): Buffer =>
  Buffer.concat(
    Array.from({ length: REPEATS }, () => Buffer.concat([MARK, Buffer.from(String(index).padStart(2, '0'))])),
  );

/** Makes or mends all of them. Every file could be read and written by the user, were there no guard. */
export function plant(places: readonly string[] = CANARIES): void {
  // from above down: what the user may have put in the place of one must not be followed
  for (const place of [HOME, ...GRANTED, dirname(DENIED)]) folder(place);
  for (const path of places) {
    if (path === '/etc/shadow') plantShadow();
    else file(path, contentOf(CANARIES.indexOf(path as (typeof CANARIES)[number])));
  }
  file(`${READABLE}/book`, Buffer.from('a book\n'));
}

function plantShadow(): void {
  const content = readFileSync('/etc/shadow');
  if (!content.includes(MARK)) appendFileSync('/etc/shadow', contentOf(CANARIES.indexOf('/etc/shadow')));
  chmodSync('/etc/shadow', 0o666);
}

function file(path: string, content: Buffer): void {
  folder(dirname(path));
  if (isAsPlanted(path, content)) return;
  rmSync(path, { recursive: true, force: true });
  // by the descriptor: whoever runs beside this may put something else there
  const fd = openSync(path, 'wx');
  writeFileSync(fd, content);
  fchmodSync(fd, 0o666);
  fchownSync(fd, DEV, DEV);
  closeSync(fd);
}

function isAsPlanted(path: string, content: Buffer): boolean {
  try {
    return lstatSync(path).isFile() && readFileSync(path).equals(content);
  } catch {
    return false;
  }
}

/** Whatever the user has put in its place goes. */
function folder(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  }
  chmodSync(path, path.startsWith(HOME) ? 0o755 : 0o711);
  if (path.startsWith(HOME)) chownSync(path, DEV, DEV);
}

/** Takes away what an earlier run has left in the granted places. */
export function empty(): void {
  // Node removes nothing beyond PATH_MAX
  execFileSync('rm', ['-rf', ...GRANTED]);
}

/** Files below the granted places with the mark in them. */
export function marked(): string[] {
  try {
    const pattern = MARK.toString('latin1').replaceAll(
      /[\s\S]/g,
      (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
    const found = execFileSync(
      'grep',
      ['-rlaP', '--devices=skip', `--exclude-dir=${DENIED.split('/').at(-1)}`, pattern, ...GRANTED],
      {
        encoding: 'utf8',
        env: { LC_ALL: 'C', PATH: process.env.PATH },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    return found.split('\n').filter(Boolean);
  } catch (error) {
    const { status, stdout } = error as { status: number | null; stdout: string };
    // 1: none; 2: something could not be read, as files that are being moved
    if (status === 1 || status === 2) return (stdout ?? '').split('\n').filter(Boolean);
    throw error;
  }
}

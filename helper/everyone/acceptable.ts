/** Whether a program can be told from every other one: only root can have put its file there, and can change it. */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isOpenEnded } from '../../core/policy/open-ended.ts';
import { failure, type Result, success } from '../../core/result.ts';

export interface Obstacle {
  readonly message: string;
  readonly remedy: string;
}

export interface Found {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly uid: number;
  readonly mode: number;
}

/** The file system, as far as it is asked. */
export interface Look {
  /** null: there is nothing. */
  at(path: string): Found | null;
  link(path: string): string;
  /** Of the mount that the file lies on: what a person may mount has `nosuid`, and whatever owners its maker liked. */
  mountOptions(path: string): readonly string[];
}

const OTHERS_MAY_WRITE = 0o022;
const ANYONE_MAY_RUN = 0o111;
const MOST_LINKS = 40;

/** Its path without links, unless it runs what others write. */
export function acceptableProgram(path: string, look: Look = REAL): Result<string, Obstacle> {
  const found = rootsProgram(path, look);
  if (!found.ok) return found;
  const named = [basename(path), basename(found.value)].find(isOpenEnded);
  if (named === undefined) return found;
  return obstacle(
    `${named} runs what others write, so whoever starts it would be let in`,
    'Accept the program or script that does the work: a file of root’s that nobody else can write.',
  );
}

/** Its path without links. What stands below a folder that others can write is not looked at: the caller asks for anyone. */
export function rootsProgram(path: string, look: Look = REAL): Result<string, Obstacle> {
  let [at, links] = ['/', 0];
  const ahead = namesOf(path);
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    const next = name === '..' ? join(at, '..') : join(at, name);
    const found = look.at(next);
    if (found === null) return obstacle(`${path} is not there`, 'Name the file that is started, with its whole path.');
    if (found.kind === 'link' && found.uid === 0) {
      links += 1;
      if (links > MOST_LINKS) return obstacle(`${path} leads in circles`, 'Name the file that is started.');
      const target = look.link(next);
      ahead.unshift(...namesOf(target));
      if (target.startsWith('/')) at = '/';
      continue;
    }
    const isLast = ahead.length === 0;
    if (found.uid !== 0 || (found.mode & OTHERS_MAY_WRITE) !== 0) return writable(path, next, isLast);
    if (!isLast && found.kind !== 'directory')
      return obstacle(`${next} is no folder`, 'Name the file that is started.');
    at = next;
  }
  return judge(path, at, look);
}

function judge(path: string, at: string, look: Look): Result<string, Obstacle> {
  const found = look.at(at);
  if (found?.kind !== 'file' || (found.mode & ANYONE_MAY_RUN) === 0)
    return obstacle(`${path} is no program`, 'Name the file that is started.');
  if (look.mountOptions(at).includes('nosuid')) {
    return obstacle(
      `${path} lies on a file system that may say anything of its owners (mounted nosuid)`,
      'Install the program on the system’s own file system, from a package or as root.',
    );
  }
  return success(at);
}

function writable(path: string, where: string, isLast: boolean): Result<never, Obstacle> {
  const what = isLast ? path : `the folder ${where}, in which ${path} lies,`;
  return obstacle(
    `${what} can be written by others than root, so anything could take its place`,
    'Install the program for all users, from a package or as root: sudo install -m 755 PROGRAM /usr/local/bin/',
  );
}

function obstacle(message: string, remedy: string): Result<never, Obstacle> {
  return failure({ message, remedy });
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

const REAL: Look = {
  at(path) {
    try {
      const stat = lstatSync(path);
      const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : 'other';
      return { kind, uid: stat.uid, mode: stat.mode };
    } catch {
      return null;
    }
  },
  link: (path) => readlinkSync(path),
  // the host's: in the helper's own view of the machine nothing may be set-user-ID
  mountOptions: (path) => mountOptionsIn(readFileSync('/proc/1/mountinfo', 'utf8'), path),
};

/** By proc_pid_mountinfo(5): of the deepest mount above it, and of several there the last.  */
export function mountOptionsIn(mountinfo: string, path: string): string[] {
  let [deepest, options]: [string, string[]] = ['', []];
  for (const line of mountinfo.split('\n')) {
    const [, , , , mountpoint = '', flags = ''] = line.split(' ');
    const above = mountpoint === '/' || path === mountpoint || path.startsWith(`${mountpoint}/`);
    if (mountpoint === '' || !above || mountpoint.length < deepest.length) continue;
    [deepest, options] = [mountpoint, flags.split(',')];
  }
  return options;
}

import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SessionId } from '../../core/protocol/scalars.ts';
import type { Peer } from '../control/peer.ts';
import { type AnsweringOptions, peerAnswering } from './answering.ts';
import { Callers } from './callers.ts';
import { installedProgram } from './installed-program.ts';

/** Any program that root has installed stands for the app. */
const APP = realpathSync('/usr/bin/env');
const UID = 1000;

let proc: string;
let callers: Callers;
let peer: Peer;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'answering-'));
  callers = new Callers(proc);
  for (const pid of [1, 77]) {
    const zeros = Array.from({ length: 16 }, () => '0').join(' ');
    put(`${pid}/stat`, `${pid} (x) S 1 77 ${zeros} 4711 0\n`);
    put(`${pid}/status`, `TracerPid:\t0\nUid:\t${UID}\t${UID}\t${UID}\t${UID}\n`);
    put(`${pid}/cmdline`, `${APP}\0`);
    put(`${pid}/environ`, 'HOME=/home/dev\0');
    for (const [target, name] of [
      [APP, 'exe'],
      ['/', 'root'],
      ['mnt:[1]', 'ns/mnt'],
      ['user:[1]', 'ns/user'],
    ] as const) {
      link(target, `${pid}/${name}`);
    }
  }
  peer = { pid: 77, uid: UID, gid: UID, pidfd: null, session: null, atConnect: callers.stamp(77) } as Peer;
});

afterEach(() => rmSync(proc, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(proc, path)), { recursive: true });
  writeFileSync(join(proc, path), text);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(join(proc, path)), { recursive: true });
  rmSync(join(proc, path), { force: true });
  symlinkSync(target, join(proc, path));
}

const answering = (who: Peer = peer, more: Partial<AnsweringOptions> = {}) =>
  peerAnswering({ desktops: [APP], callers, labelOf: () => null, lives: () => true, ...more })(who);

describe('what it takes to allow something', () => {
  test('a click in the installed app, nothing of root, a password of everyone else', () => {
    expect(answering()).toBe('by-click');
    expect(answering({ ...peer, uid: 0 } as Peer)).toBe('as-root');
    expect(answering({ ...peer, pid: 78 } as Peer)).toBe('by-password');
  });

  test.each<[string, () => void]>([
    ['another program', () => link(realpathSync('/bin/sh'), '77/exe')],
    ['traced', () => put('77/status', `TracerPid:\t9\nUid:\t${UID}\t${UID}\t${UID}\t${UID}\n`)],
    ['being debugged', () => put('77/cmdline', `${APP}\0--inspect\0`)],
    ['preloaded', () => put('77/environ', 'HOME=/home/dev\0LD_PRELOAD=/tmp/x.so\0')],
    ['in mounts of its own', () => link('mnt:[2]', '77/ns/mnt')],
    ['gone', () => rmSync(join(proc, '77'), { recursive: true })],
  ])('a password of the app that is %s now, whatever it was when it connected', (_what, change) => {
    change();
    expect(answering()).toBe('by-password');
  });

  test('a password of what carries the label of an agent, then or now', () => {
    expect(answering({ ...peer, session: 's1' as SessionId })).toBe('by-password');
    expect(answering(peer, { labelOf: () => 's1' as SessionId })).toBe('by-password');
  });

  test('a password of what no longer is the process that connected', () => {
    expect(answering(peer, { lives: () => false })).toBe('by-password');
    expect(answering({ ...peer, atConnect: null })).toBe('by-password');
  });

  test('a password where no app is installed, or others could have put it there', () => {
    expect(answering(peer, { desktops: [] })).toBe('by-password');
    const own = join(proc, 'ringfence-desktop');
    writeFileSync(own, '');
    link(own, '77/exe');
    expect(answering({ ...peer, atConnect: callers.stamp(77) }, { desktops: [own] })).toBe('by-password');
  });
});

describe('an installed program', () => {
  test('is one that root alone can have put there', () => {
    expect(installedProgram(APP)).toMatchObject({ path: APP });
  });

  test('is no file in a directory that others can write', () => {
    writeFileSync(join(proc, 'app'), '', { mode: 0o755 });
    expect(installedProgram(join(proc, 'app'))).toBeNull();
  });

  test('is no directory, no link, and not what is not there', () => {
    const [linked] = readdirSync('/usr/bin', { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
    expect(linked).toBeDefined();
    expect(installedProgram(join('/usr/bin', linked?.name ?? ''))).toBeNull();
    expect(installedProgram('/usr/bin')).toBeNull();
    expect(installedProgram('/usr/bin/no-such-program')).toBeNull();
  });
});

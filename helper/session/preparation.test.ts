import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAccounts, protectedHomes } from './accounts.ts';
import { permits, reachableDirectory } from './reach.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { belongsTo, readChild } from './waiting-child.ts';

const ROOT = { uid: 0, gid: 0 };
const SOMEBODY = { uid: 4242, gid: 4242 };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-session-'));
  chmodSync(folder, 0o755);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('accounts', () => {
  const passwd =
    'root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/no\ndev:x:1000:1000::/home/dev/:/bin/sh\nnobody:x:65534:1::/:/no\nbroken\n';

  it('reads homes', () => {
    expect(parseAccounts(passwd).map(({ uid, home }) => [uid, home])).toContainEqual([1000, '/home/dev']);
  });

  it('protects the homes of people and of root', () => {
    expect(protectedHomes(parseAccounts(passwd))).toEqual(['/root', '/home/dev']);
  });
});

describe('what a user could read without help', () => {
  it('goes by owner, group and others, the first that fits', () => {
    expect(permits({ uid: 4242, gid: 0, mode: 0o077 }, SOMEBODY, 0o4)).toBe(false);
    expect(permits({ uid: 0, gid: 4242, mode: 0o040 }, SOMEBODY, 0o4)).toBe(true);
    expect(permits({ uid: 0, gid: 0, mode: 0o004 }, SOMEBODY, 0o4)).toBe(true);
    expect(permits({ uid: 1, gid: 1, mode: 0 }, ROOT, 0o4)).toBe(true);
  });

  it('ends at a directory on the way that is closed', () => {
    mkdirSync(join(folder, 'closed/skill'), { recursive: true });
    chmodSync(join(folder, 'closed'), 0o700);
    expect(reachableDirectory(join(folder, 'closed/skill'), SOMEBODY)).toBeNull();
    expect(reachableDirectory(join(folder, 'closed/skill'), ROOT)).toBe(join(folder, 'closed/skill'));
  });
});

describe('the files of a skill', () => {
  it('are hashed, and links, special and closed ones named', () => {
    writeFileSync(join(folder, 'a.txt'), 'abc');
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'below/secret'), 'x');
    chmodSync(join(folder, 'below/secret'), 0o600);
    symlinkSync('/etc/passwd', join(folder, 'link'));
    linkSync(join(folder, 'a.txt'), join(folder, 'twice'));
    expect(scanSkillFolder(folder, SOMEBODY)).toEqual([
      {
        kind: 'file',
        path: 'a.txt',
        links: 2,
        bytes: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
      { kind: 'unreadable', path: 'below/secret' },
      { kind: 'symbolic-link', path: 'link' },
      expect.objectContaining({ kind: 'file', path: 'twice' }),
    ]);
  });

  it('of a closed folder are unreadable', () => {
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'below/secret'), 'x');
    chmodSync(join(folder, 'below'), 0o700);
    expect(scanSkillFolder(folder, SOMEBODY)).toEqual([{ kind: 'unreadable', path: 'below' }]);
  });
});

describe('the waiting child', () => {
  it('is described by the kernel', () => {
    const own = readChild(process.pid);
    expect(own).toMatchObject({ parentPid: process.ppid, workingDirectory: process.cwd() });
    expect(readChild(0x7fff_ffff)).toBeNull();
  });

  it('belongs to its parent and to nobody else', () => {
    const child = { pid: 3, parentPid: 2, uids: [7, 7, 7, 7], workingDirectory: '/', executable: '/x' };
    expect(belongsTo(child, { pid: 2, uid: 7 })).toBe(true);
    expect(belongsTo(child, { pid: 1, uid: 7 })).toBe(false);
    expect(belongsTo(child, { pid: 2, uid: 8 })).toBe(false);
    expect(belongsTo({ ...child, uids: [7, 0, 0, 0] }, { pid: 2, uid: 7 })).toBe(false);
  });
});

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_SKILL_BYTES } from '../../core/manifest/index.ts';
import { below, withOpenFolder } from './open-folder.ts';
import { scanOpenFolder, scanSkillFolder } from './skill-folder.ts';

const ROOT = { uid: 0, gid: 0 };
const SOMEBODY = { uid: 4242, gid: 4242 };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-folder-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'skills/mail'), { recursive: true });
  writeFileSync(join(folder, 'skills/mail/SKILL.md'), 'mail');
});

afterEach(() => rmSync(folder, { recursive: true }));

const names = (path: string, reader = SOMEBODY) =>
  withOpenFolder(join(folder, path), reader, (open) => readdirSync(below(open, '')));
const openDescriptors = () => readdirSync('/proc/self/fd').length;

describe('a folder', () => {
  it('is opened, also through links that are there to begin with', () => {
    symlinkSync(join(folder, 'skills'), join(folder, 'linked'));
    expect(names('skills/mail')).toEqual(['SKILL.md']);
    expect(names('linked/mail')).toEqual(['SKILL.md']);
  });

  it.each([
    ['it is closed', () => chmodSync(join(folder, 'skills/mail'), 0o711)],
    ['one above it is closed', () => chmodSync(join(folder, 'skills'), 0o700)],
    ['it is gone', () => rmSync(join(folder, 'skills/mail'), { recursive: true })],
    [
      'it is a file',
      () => {
        rmSync(join(folder, 'skills/mail'), { recursive: true });
        writeFileSync(join(folder, 'skills/mail'), '');
      },
    ],
  ])('is not when %s', (_why, change) => {
    change();
    const before = openDescriptors();
    expect(names('skills/mail')).toBeNull();
    expect(openDescriptors()).toBe(before);
  });

  it('stays what it was, whatever takes its place', () => {
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other/secret'), '');
    const seen = withOpenFolder(join(folder, 'skills/mail'), SOMEBODY, (open) => {
      renameSync(join(folder, 'skills'), join(folder, 'away'));
      symlinkSync(folder, join(folder, 'skills'));
      renameSync(join(folder, 'other'), join(folder, 'mail'));
      return scanOpenFolder(open, SOMEBODY).map(({ path }) => path);
    });
    expect(seen).toEqual(['SKILL.md']);
  });

  it('is let go of, also when its use fails', () => {
    const before = openDescriptors();
    expect(() =>
      withOpenFolder(folder, ROOT, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(openDescriptors()).toBe(before);
  });
});

describe('the files of a skill', () => {
  const skill = () => join(folder, 'skills/mail');

  it('are not read below a directory that is a link', () => {
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere/secret'), '');
    symlinkSync(join(folder, 'elsewhere'), join(skill(), 'below'));
    expect(scanSkillFolder(skill(), ROOT)).toMatchObject([
      { path: 'SKILL.md' },
      { kind: 'symbolic-link', path: 'below' },
    ]);
  });

  it('end at a depth that no skill needs', () => {
    const deep = Array.from({ length: 70 }, () => 'd').join('/');
    mkdirSync(join(skill(), deep), { recursive: true });
    const found = scanSkillFolder(skill(), ROOT).find(({ kind }) => kind === 'unreadable');
    expect(found?.path.split('/')).toHaveLength(64);
  });

  it('are hashed only as long as there could be a skill in it', () => {
    for (const name of ['a', 'b', 'c']) writeFileSync(join(skill(), name), '');
    for (const name of ['a', 'b']) truncateSync(join(skill(), name), MAX_SKILL_BYTES);
    const found = scanSkillFolder(skill(), ROOT);
    expect(found.filter((entry) => entry.kind === 'file' && entry.sha256 === '')).not.toEqual([]);
    expect(found.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.bytes : 0), 0)).toBeGreaterThan(
      MAX_SKILL_BYTES,
    );
  });

  it('end once there are more than a skill may have', () => {
    for (let at = 0; at < 1100; at++) writeFileSync(join(skill(), `f${at}`), '');
    expect(scanSkillFolder(skill(), ROOT)).toHaveLength(1025);
  });
});

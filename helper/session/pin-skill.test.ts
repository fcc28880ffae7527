import {
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InodeKey } from '../kernel/layout.ts';
import { type OpenInode, type PinRole, PinsFull } from '../kernel/pins.ts';
import { type PinTable, pinSkill } from './pin-skill.ts';

const ROOT = { uid: 0, gid: 0 };
const MANIFEST = Buffer.from('{}');
const DEVICE = 7;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pin-skill-'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'clawmanifest.json'), MANIFEST);
  writeFileSync(join(folder, 'SKILL.md'), '# skill\n');
  writeFileSync(join(folder, 'lib/helper.py'), 'print()\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Pins by what fstat(2) says. `met`: what happens when a file is pinned. */
class Table implements PinTable {
  readonly pinned: { inode: bigint; role: PinRole }[] = [];
  readonly #met: (inode: bigint) => void;
  readonly #writers: (inode: bigint) => number;

  constructor(met: (inode: bigint) => void = () => {}, writers: (inode: bigint) => number = () => 0) {
    this.#met = met;
    this.#writers = writers;
  }

  identify(fd: number): OpenInode {
    const { ino: inode, nlink } = fstatSync(fd, { bigint: true });
    return { device: DEVICE, generation: 0, inode, writers: this.#writers(inode), links: Number(nlink) };
  }

  add(_skill: number, { inode }: InodeKey, role: PinRole): void {
    this.pinned.push({ inode, role });
    this.#met(inode);
  }
}

const mounts = (type: string) => [{ device: DEVICE, root: '/', mountpoint: '/', type }];
const pin = (table: PinTable, type = 'ext4', manifest = MANIFEST) =>
  pinSkill(table, 1, { folder, manifestName: 'clawmanifest.json', manifest, reader: ROOT, mounts: mounts(type) });
const codes = (outcome: ReturnType<typeof pin>) =>
  outcome.ok ? [] : (outcome.error.refusals ?? [{ code: outcome.error.code }]).map(({ code }) => code);

function inodeOf(path: string): bigint {
  const fd = openSync(join(folder, path), 'r');
  const { ino } = fstatSync(fd, { bigint: true });
  closeSync(fd);
  return ino;
}

describe('a skill', () => {
  it('stands on its files, its folders, and the directories above', () => {
    const table = new Table();
    const outcome = pin(table);
    expect(codes(outcome)).toEqual([]);
    const roles = (role: PinRole) => table.pinned.filter((one) => one.role === role).map(({ inode }) => inode);
    expect(roles('file').sort()).toEqual(['clawmanifest.json', 'SKILL.md', 'lib/helper.py'].map(inodeOf).sort());
    expect(roles('folder').sort()).toEqual(['.', 'lib'].map(inodeOf).sort());
    expect(roles('above')).toHaveLength(folder.split('/').length - 1);
    if (outcome.ok) expect(outcome.value.place.ino).toBe(inodeOf('.'));
  });

  it('is refused while somebody can write to a file, by its name', () => {
    const outcome = pin(new Table(undefined, (inode) => (inode === inodeOf('lib/helper.py') ? 1 : 0)));
    expect(codes(outcome)).toEqual(['has-writer']);
    if (!outcome.ok) expect(outcome.error.message).toContain('"lib/helper.py"');
  });

  it('may be running meanwhile: a program that is executed counts below nothing', () => {
    expect(codes(pin(new Table(undefined, () => -1)))).toEqual([]);
  });

  it('is hashed after it was pinned', () => {
    const table = new Table((inode) => {
      if (inode === inodeOf('SKILL.md')) writeFileSync(join(folder, 'SKILL.md'), 'changed while it was pinned');
    });
    const outcome = pin(table);
    const entry = outcome.ok ? outcome.value.entries.find(({ path }) => path === 'SKILL.md') : null;
    expect(entry).toMatchObject({ bytes: 27 });
  });

  it.each([
    ['a file replaced', () => replace('SKILL.md')],
    ['a file added', () => writeFileSync(join(folder, 'added'), '')],
    ['a file taken away', () => rmSync(join(folder, 'SKILL.md'))],
    ['a folder replaced', () => replaceFolder()],
  ])('is refused when it moves underneath: %s', (_, happens) => {
    let over = false;
    const last = inodeOf('lib/helper.py');
    const table = new Table((inode) => {
      if (over || inode !== last) return;
      over = true;
      happens();
    });
    expect(codes(pin(table))).toEqual(['changed-file']);
    expect(over).toBe(true);
  });

  it('is refused with another manifest in its folder than was handed in, or one with a second name', () => {
    expect(codes(pin(new Table(), 'ext4', Buffer.from('{"other":1}')))).toEqual(['changed-file']);
    const second = `${folder}-second`;
    linkSync(join(folder, 'clawmanifest.json'), second);
    try {
      expect(codes(pin(new Table()))).toEqual(['hard-link']);
    } finally {
      rmSync(second);
    }
  });

  it.each(['fuse.sshfs', 'nfs4', 'vfat', 'unheard-of'])('is refused on %s', (type) => {
    expect(codes(pin(new Table(), type))).toEqual(['unsound-filesystem']);
  });

  it.each(['virtiofs'])('is warned about once on %s', (type) => {
    const outcome = pin(new Table(), type);
    expect(outcome.ok && outcome.value.warnings).toEqual([expect.stringContaining(type)]);
  });

  it('is refused when the kernel has no room, or will not say what a file is', () => {
    const full = new Table(() => {
      throw new PinsFull('pins of files');
    });
    expect(codes(pin(full))).toEqual(['limit-reached']);
    const silent = new Table();
    silent.identify = () => {
      throw new Error('EAGAIN');
    };
    expect(codes(pin(silent))).toContain('unreadable-file');
  });
});

function replace(path: string): void {
  writeFileSync(join(folder, `../${path}.new`), '# skill\n');
  renameSync(join(folder, `../${path}.new`), join(folder, path));
}

function replaceFolder(): void {
  const old = `${folder}-old`;
  renameSync(folder, old);
  mkdirSync(join(folder, 'lib'), { recursive: true });
  for (const path of ['clawmanifest.json', 'SKILL.md', 'lib/helper.py'])
    renameSync(join(old, path), join(folder, path));
  rmSync(old, { recursive: true });
}

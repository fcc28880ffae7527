import { createHash } from 'node:crypto';
import {
  chmodSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Mount } from '../../core/policy/tables.ts';
import type { InodeKey } from '../kernel/layout.ts';
import type { PinRole } from '../kernel/pins.ts';
import { pinPrograms } from './pin-programs.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-programs-')));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));
const reader = { uid: 4711, gid: 4711 };

const mounts = [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }];

/** As the kernel would have it: what was pinned, in that order. */
function table(writers = 0) {
  const pinned: { inode: bigint; role: PinRole }[] = [];
  return {
    pinned,
    identify(fd: number) {
      const { ino, nlink } = fstatSync(fd, { bigint: true });
      return { device: 1, generation: 0, inode: ino, writers, links: Number(nlink) };
    },
    add(_skill: number, { inode }: InodeKey, role: PinRole) {
      pinned.push({ inode, role });
    },
  };
}

const hashes = (paths: string[], links = new Map<string, string>(), pins = table()) =>
  pinPrograms(pins, 1, { paths, links, mounts, reader });

function program(name: string, content: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test('hashes what is there, and follows only the system’s own links', () => {
  const real = program('real', 'content');
  const sha256 = createHash('sha256').update('content').digest('hex');
  symlinkSync(real, join(folder, 'link'));
  const link = join(folder, 'link');
  expect(hashes([real, link])).toEqual([{ path: real, sha256 }]);
  expect(hashes([link], new Map([[link, real]]))).toEqual([{ path: link, sha256 }]);
});

test('leaves out what the reader could not read, and what is no file', () => {
  const closed = program('closed', 'secret', 0o711);
  mkdirSync(join(folder, 'folder'));
  expect(hashes([closed, join(folder, 'folder'), join(folder, 'missing'), '/'])).toEqual([]);
});

test('pins the program and every folder above it, and takes none that somebody writes to', () => {
  const path = program('pinned', 'content');
  const pins = table();
  expect(hashes([path], new Map(), pins)).toHaveLength(1);
  expect(pins.pinned.at(-1)).toEqual({ inode: statSync(path, { bigint: true }).ino, role: 'file' });
  const above = pins.pinned.slice(0, -1);
  expect(above.at(-1)).toEqual({ inode: statSync(folder, { bigint: true }).ino, role: 'above' });
  expect(above).toHaveLength(folder.split('/').length);
  expect(hashes([path], new Map(), table(1))).toEqual([]);
});

test('takes none from a file system whose files can change without the kernel’s knowledge', () => {
  const path = program('remote', 'content');
  const onFuse = [{ ...(mounts[0] as Mount), type: 'fuse' }];
  expect(pinPrograms(table(), 1, { paths: [path], links: new Map(), mounts: onFuse, reader })).toEqual([]);
});

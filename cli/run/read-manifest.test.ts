import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readManifest } from './read-manifest.ts';

let folder: string;
let manifest: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-manifest-'));
  manifest = join(folder, 'clawmanifest.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (given: string) => {
  const read = readManifest(given);
  return read.ok ? Buffer.from(read.value.bytes).toString() : read.error;
};

describe('a manifest that is named', () => {
  test('may be a link', () => {
    writeFileSync(join(folder, 'real.json'), '{}');
    symlinkSync('real.json', manifest);
    expect(textOf(manifest)).toBe('{}');
  });

  test.each(['/dev/zero', '/dev/tty'])('is no device, here by a link to %s', (device) => {
    symlinkSync(device, manifest);
    expect(textOf(manifest)).toMatchObject({ message: `${manifest} is no regular file` });
  });

  test('is no FIFO, and holds nothing up', () => {
    execFileSync('mkfifo', [manifest]);
    expect(textOf(manifest)).toMatchObject({ message: `${manifest} is no regular file` });
  });

  test('that is not there, or a link to nothing, is said with its place', () => {
    symlinkSync('nothing', join(folder, 'link'));
    for (const name of ['none', 'link']) {
      const path = join(folder, name);
      expect(textOf(path)).toMatchObject({ message: `cannot read ${path}: ENOENT` });
    }
  });
});

describe('a manifest that is found in a folder', () => {
  test('is read, also where the folder is named by a link', () => {
    mkdirSync(join(folder, 'skill'));
    writeFileSync(join(folder, 'skill/clawmanifest.json'), '{}');
    symlinkSync('skill', join(folder, 'link'));
    expect(textOf(join(folder, 'link'))).toBe('{}');
  });

  test('is no link, wherever that leads', () => {
    writeFileSync(join(folder, 'real.json'), '{}');
    symlinkSync('real.json', manifest);
    expect(textOf(folder)).toEqual({
      message: `${manifest} is a symbolic link`,
      remedy: 'Put the manifest itself into its folder, or name the file.',
    });
  });

  test('is no FIFO, and holds nothing up', () => {
    execFileSync('mkfifo', [manifest]);
    expect(textOf(folder)).toMatchObject({ message: `${manifest} is no regular file` });
  });
});

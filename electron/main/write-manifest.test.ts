import {
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeManifest } from './write-manifest.ts';

/** What somebody does after everything has been looked at, before the new file is made. */
let meanwhile = () => {};
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = (path, flags, mode) => {
    if (Number(flags) & constants.O_CREAT) meanwhile();
    return real.open(path, flags, mode);
  };
  return { ...real, open };
});

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-write-')));
  writeFileSync(join(folder, 'clawmanifest.json'), 'old');
});
afterEach(() => {
  meanwhile = () => {};
  rmSync(folder, { recursive: true });
});

test('the text is replaced, the rights stay, nothing is left beside it', async () => {
  const path = join(folder, 'clawmanifest.json');
  chmodSync(path, 0o640);
  expect(await writeManifest(path, 'new')).toEqual({ ok: true, value: undefined });
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['clawmanifest.json']);
});

test('not through a link, neither of the file nor of its folder', async () => {
  symlinkSync(join(folder, 'clawmanifest.json'), join(folder, 'link.json'));
  expect(await writeManifest(join(folder, 'link.json'), 'new')).toMatchObject({ ok: false });
  mkdirSync(join(folder, 'real'));
  writeFileSync(join(folder, 'real/m.json'), 'old');
  symlinkSync(join(folder, 'real'), join(folder, 'turn'));
  expect(await writeManifest(join(folder, 'turn/m.json'), 'new')).toMatchObject({ ok: false });
  expect(readFileSync(join(folder, 'real/m.json'), 'utf8')).toBe('old');
  expect(readFileSync(join(folder, 'clawmanifest.json'), 'utf8')).toBe('old');
});

test('not through a link that takes the folder’s place after the look', async () => {
  for (const name of ['skill', 'elsewhere']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'm.json'), 'old');
  }
  meanwhile = () => {
    renameSync(join(folder, 'skill'), join(folder, 'moved'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'skill'));
  };
  await writeManifest(join(folder, 'skill/m.json'), 'new');
  expect(readFileSync(join(folder, 'elsewhere/m.json'), 'utf8')).toBe('old');
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['m.json']);
  expect(readFileSync(join(folder, 'moved/m.json'), 'utf8')).toBe('new');
});

test('where there is nothing yet, nothing is made', async () => {
  expect(await writeManifest(join(folder, 'other.json'), 'new')).toMatchObject({ ok: false });
  expect(readdirSync(folder)).toEqual(['clawmanifest.json']);
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { toolPath } from './tool-path.ts';

const SYSTEM = ['/usr/local/bin', '/usr/bin'];
/** Not below a temporary folder, which is closed by itself. */
const folder = mkdtempSync(join(import.meta.dirname, 'tool-path-'));
const workspace = join(folder, 'project');
afterAll(() => rmSync(folder, { recursive: true }));
for (const one of ['bin', 'node_modules/.bin']) mkdirSync(join(workspace, one), { recursive: true });
mkdirSync(join(folder, 'environment/bin'), { recursive: true });
writeFileSync(join(folder, 'environment/pyvenv.cfg'), '');
symlinkSync(join(workspace, 'bin'), join(folder, 'link'));

test.each([
  ['of the workspace', join(workspace, 'bin')],
  ['that npm puts first', join(workspace, 'node_modules/.bin')],
  ['that npm puts first, of a folder above', join(folder, 'node_modules/.bin')],
  ['of a virtual environment', join(folder, 'environment/bin')],
  ['that leads to the workspace', join(folder, 'link')],
  ['that is relative', 'bin'],
  ['that is none', ''],
  ['that is temporary', '/tmp/bin'],
])('a folder %s is left out', (_, one) => {
  expect(toolPath([one, ...SYSTEM].join(':'), workspace)).toBe(SYSTEM.join(':'));
});

test.each([join(homedir(), '.local/bin'), join(folder, 'other/bin'), `${workspace}-two/bin`])('%s is kept', (one) => {
  expect(toolPath([one, ...SYSTEM].join(':'), workspace)).toBe([one, ...SYSTEM].join(':'));
});

test.each([homedir(), '/'])('in %s, which is no workspace, what lies below is kept', (directory) => {
  const path = [join(homedir(), '.volta/bin'), ...SYSTEM].join(':');
  expect(toolPath(path, directory)).toBe(path);
});

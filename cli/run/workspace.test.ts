import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shownWorkspace, workspaceOf } from './workspace.ts';

let folder: string;
const HOME = '/home/nobody';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-workspace-')));
  mkdirSync(join(folder, 'project/src/deep'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the workspace of a directory', () => {
  test('is the directory, or what has a .git above it', () => {
    expect(workspaceOf(join(folder, 'project/src'), HOME)).toBe(join(folder, 'project/src'));
    mkdirSync(join(folder, 'project/.git'));
    expect(workspaceOf(join(folder, 'project/src/deep'), HOME)).toBe(join(folder, 'project'));
  });

  test('is the directory where that would be a home, or hold a protected place', () => {
    for (const place of ['.git', '.config/.git', '.config/foo']) mkdirSync(join(folder, place), { recursive: true });
    expect(workspaceOf(join(folder, 'project'), folder)).toBe(join(folder, 'project'));
    expect(workspaceOf(join(folder, '.config/foo'), folder)).toBe(join(folder, '.config/foo'));
  });

  test.each(['/', '/home', '/home/nobody', '/home/nobody/.ssh'])('is nothing in %s', (directory) => {
    expect(workspaceOf(directory, HOME)).toBeNull();
  });
});

test('a home that is none keeps nothing from being the workspace', () => {
  expect(workspaceOf(join(folder, 'project'), '')).toBe(join(folder, 'project'));
});

describe('is shown', () => {
  const shown = (directory: string, PWD?: string) => shownWorkspace(directory, { PWD }, HOME);

  test('not where it is the current directory, whatever PWD says of another', () => {
    const project = join(folder, 'project');
    mkdirSync(join(project, '.git'));
    for (const PWD of [undefined, '', project, `${project}/`, folder, join(folder, 'none'), 'project', '.']) {
      expect(shown(project, PWD)).toBeNull();
    }
    expect(shown('/', '/')).toBeNull();
  });

  test('where a .git has made it a folder above', () => {
    mkdirSync(join(folder, 'project/.git'));
    const src = join(folder, 'project/src');
    expect(shown(src, src)).toBe(`the workspace is ${folder}/project, which has a .git, and not ${src} alone`);
    expect(shown(src)).toBe(`the workspace is ${folder}/project, which has a .git, and not ${src} alone`);
  });

  test('where the current directory was reached by a link', () => {
    symlinkSync('project/src', join(folder, 'link'));
    const link = join(folder, 'link');
    expect(shown(join(folder, 'project/src'), link)).toBe(
      `the workspace is ${folder}/project/src, where ${link} leads`,
    );
    mkdirSync(join(folder, 'project/.git'));
    expect(shown(join(folder, 'project/src'), link)).toBe(
      `the workspace is ${folder}/project, which has a .git, and not ${link} alone`,
    );
  });
});

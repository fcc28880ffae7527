import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFitForAgents, projectOf, workspaceOf } from './workspace.ts';

const HOMES = ['/home/dev', '/root'];
const LOCATIONS = ['/home/dev/.ssh', '/run/ringfence'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-workspace-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('isFitForAgents', () => {
  it.each(['/', '/home', '/home/dev', '/root', '/run', '/home/dev/.ssh', '/home/dev/.ssh/keys'])(
    '%s is not',
    (path) => {
      expect(isFitForAgents(path, HOMES, LOCATIONS)).toBe(false);
    },
  );

  it.each(['/home/dev/project', '/home/dev/.sshx', '/home/devil', '/tmp', '/srv/code'])('%s is', (path) => {
    expect(isFitForAgents(path, HOMES, LOCATIONS)).toBe(true);
  });
});

describe('the workspace', () => {
  it('is the git top level', () => {
    mkdirSync(join(folder, 'project/.git'), { recursive: true });
    mkdirSync(join(folder, 'project/src/deep'), { recursive: true });
    expect(projectOf(join(folder, 'project/src/deep'))).toBe(join(folder, 'project'));
  });

  it('is the directory itself where there is no git', () => {
    expect(workspaceOf(folder, HOMES, LOCATIONS)).toBe(folder);
  });

  it('is the directory when the git top level is a home', () => {
    mkdirSync(join(folder, 'home/.git'), { recursive: true });
    mkdirSync(join(folder, 'home/notes'));
    expect(workspaceOf(join(folder, 'home/notes'), [join(folder, 'home')], [])).toBe(join(folder, 'home/notes'));
  });

  it('is nothing in a home', () => {
    expect(workspaceOf('/home/dev', HOMES, LOCATIONS)).toBeNull();
  });
});

import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type ScriptedHelper, scriptedHelper } from '../../client/testing/scripted-helper.ts';
import { shimFolder, withoutShims } from './shims.ts';

let home: string;
let helper: ScriptedHelper;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'shim’s '));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/claude'), '#!/bin/sh\necho the agent itself\n', { mode: 0o755 });
  helper = await scriptedHelper({});
});
afterEach(async () => {
  await helper.stop();
  rmSync(home, { recursive: true });
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };
const at = (name: string) => join(home, name);
const environment = () => ({
  PATH: `${at('bin')}:${process.env.PATH ?? ''}`,
  HOME: home,
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
});

function ringfence(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const all = [inject('ringfence'), '--socket', helper.socketPath, ...words];
    execFile(process.execPath, all, { env: environment(), cwd: home }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

/** What a new interactive shell takes the name for. */
function meant(shell: string, more: Record<string, string> = {}): string {
  const env = { ...environment(), ...more };
  return execFileSync(shell, ['-ic', 'command -v claude'], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test.each([
  ['bash', '.bashrc'],
  ['zsh', '.zshrc'],
  ['fish', '.config/fish/config.fish'],
])(
  '%s: the name means the shim, but for what runs within a session; and everything is as it was afterwards',
  async (shell, file) => {
    const before = '# mine, without an end of line\ntrue';
    mkdirSync(at('.config/fish'), { recursive: true });
    writeFileSync(at(file), before, { mode: 0o640 });
    expect(meant(shell)).toBe(`${at('bin/claude')}\n`);
    await ringfence('starters', 'install', 'claude-code');
    const installed = await ringfence('shim', 'install', 'claude');
    expect(installed, installed.err).toMatchObject({ code: 0 });
    const again = await ringfence('shim', 'install', 'claude');
    expect(again, again.err).toMatchObject({ code: 0 });
    expect(meant(shell)).toBe(`${join(shimFolder(home), 'claude')}\n`);
    expect(meant(shell, { RINGFENCE_RUN: '1' })).toBe(`${at('bin/claude')}\n`);
    expect((await ringfence('shim', 'list')).out).toBe('claude\n');
    expect((await ringfence('shim', 'remove', 'claude')).code).toBe(0);
    expect(meant(shell)).toBe(`${at('bin/claude')}\n`);
    expect(readFileSync(at(file), 'utf8')).toBe(before);
    expect(lstatSync(at(file)).mode & 0o777).toBe(0o640);
    expect(existsSync(shimFolder(home))).toBe(false);
    expect(existsSync(at('.bashrc'))).toBe(file === '.bashrc');
  },
);

test('the shim starts the agent itself by `ringfence run`, with all that it is given', async () => {
  await helper.stop();
  helper = await scriptedHelper({
    prepare: { code: 'manifest-refused', message: 'refused', refusals: [{ code: 'unsigned', message: 'unsigned' }] },
  });
  const { path } = JSON.parse((await ringfence('starters', 'install', 'claude-code', '--json')).out);
  await ringfence('shim', 'install', 'claude');
  const file = join(shimFolder(home), 'claude');
  // asks the helper of this test
  const text = readFileSync(file, 'utf8').replace(' run -- ', ` --socket '${helper.socketPath}' run -- `);
  writeFileSync(file, text);
  const env = { ...environment(), PATH: `${shimFolder(home)}:${environment().PATH}` };
  const run = () => execFileSync('sh', ['-c', 'claude -p "two words"'], { env, encoding: 'utf8', stdio: 'pipe' });
  expect(run).toThrow(`${path}: unsigned`);
  expect(withoutShims(env.PATH, home)).toBe(environment().PATH);
});

test('a start file that is a link stays one', async () => {
  writeFileSync(at('dotfiles'), '# elsewhere\n');
  symlinkSync('dotfiles', at('.bashrc'));
  await ringfence('starters', 'install', 'claude-code');
  await ringfence('shim', 'install', 'claude');
  expect(readFileSync(at('dotfiles'), 'utf8')).toContain('ringfence');
  await ringfence('shim', 'remove', 'claude');
  expect(readFileSync(at('dotfiles'), 'utf8')).toBe('# elsewhere\n');
  expect(lstatSync(at('.bashrc')).isSymbolicLink()).toBe(true);
});

test('an agent that would not start gets none, and what comes before one is said', async () => {
  const unsaid = await ringfence('shim', 'install', 'claude');
  expect([unsaid.code, unsaid.err]).toEqual([2, expect.stringContaining('ringfence starters install claude-code')]);
  for (const name of ['nobody-knows-it', '../bin/claude', 'a b'])
    expect((await ringfence('shim', 'install', name)).code).toBe(2);
  expect(existsSync(shimFolder(home))).toBe(false);
  expect((await ringfence('shim', 'remove', 'claude')).err).toContain('There is none.');
  writeFileSync(at('.bashrc'), 'alias claude="$HOME/bin/claude"\n');
  await ringfence('starters', 'install', 'claude-code');
  expect((await ringfence('shim', 'install', 'claude')).err).toContain('.bashrc has an alias or function for claude');
});

test('two agents: the lines stay until the last one goes', async () => {
  writeFileSync(at('bin/codex'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(at('.bashrc'), '');
  for (const [starter, agent] of [
    ['claude-code', 'claude'],
    ['codex', 'codex'],
  ] as const) {
    await ringfence('starters', 'install', starter);
    await ringfence('shim', 'install', agent);
  }
  await ringfence('shim', 'remove', 'codex');
  expect(meant('bash')).toBe(`${join(shimFolder(home), 'claude')}\n`);
  await ringfence('shim', 'remove', 'claude');
  expect(meant('bash')).toBe(`${at('bin/claude')}\n`);
});

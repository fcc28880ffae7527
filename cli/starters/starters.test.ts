import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type ScriptedHelper, scriptedHelper } from '../../client/testing/scripted-helper.ts';
import { parseManifest } from '../../core/manifest/index.ts';

const MAIN = inject('ringfence');
const helpers: ScriptedHelper[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starters-'));
  writeFileSync(join(folder, 'claude'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'nobody-knows'), '#!/bin/sh\n', { mode: 0o755 });
});

afterEach(async () => {
  for (const helper of helpers.splice(0)) await helper.stop();
  rmSync(folder, { recursive: true });
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };

async function helperWith(script: object): Promise<string> {
  const helper = await scriptedHelper(script);
  helpers.push(helper);
  return helper.socketPath;
}

function ringfence(socket: string, ...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder };
    execFile(process.execPath, [MAIN, '--socket', socket, ...words], { env, cwd: folder }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

test('a starter is listed, installed as this machine’s, and taken away', async () => {
  const socket = await helperWith({});
  expect((await ringfence(socket, 'starters', 'list')).out).toMatch(/claude-code +claude +1\.0\.0 +no/);
  const { path } = JSON.parse((await ringfence(socket, 'starters', 'install', 'claude-code', '--json')).out);
  const signed = parseManifest(readFileSync(path));
  expect(signed.ok && signed.value).toMatchObject({
    skill_id: 'claude-code',
    signature: { signed_by: 'this-machine' },
  });
  expect((await ringfence(socket, 'starters', 'list')).out).toMatch(/claude-code +claude +1\.0\.0 +yes/);
  expect((await ringfence(socket, 'starters', 'remove', 'claude-code')).code).toBe(0);
  expect((await ringfence(socket, 'starters', 'list')).out).toMatch(/claude-code +claude +1\.0\.0 +no/);
  const gone = await ringfence(socket, 'starters', 'remove', 'claude-code');
  expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('is not installed')]);
});

test('without an administrator’s word none is installed', async () => {
  const socket = await helperWith({ authorization: 'refused', peers: [{ uid: 1000 }] });
  expect((await ringfence(socket, 'starters', 'install', 'claude-code')).code).toBe(1);
  expect((await ringfence(socket, 'starters', 'list')).out).toMatch(/claude-code +claude +1\.0\.0 +no/);
});

test('one that there is not is an error that names those there are', async () => {
  const socket = await helperWith({});
  for (const words of [
    ['starters', 'install', 'nothing'],
    ['starters', 'show', 'nothing'],
  ]) {
    const { code, err } = await ringfence(socket, ...words);
    expect([code, err]).toEqual([1, expect.stringMatching(/no starter nothing[\s\S]*claude-code/)]);
  }
  expect((await ringfence(socket, 'starters', 'install', '../x')).code).toBe(2);
});

test('what one grants is shown without a helper', async () => {
  const { code, out } = await ringfence('/nowhere', 'starters', 'show', 'claude-code');
  expect([code, out]).toEqual([0, expect.stringMatching(/Claude Code 1\.0\.0[\s\S]*api\.anthropic\.com/)]);
});

test('run without a manifest takes the installed starter of the command, and says what to do without one', async () => {
  // refused at the last step, which names the manifest that was sent
  const prepare = {
    code: 'manifest-refused',
    message: 'refused',
    refusals: [{ code: 'unsigned', message: 'unsigned' }],
  };
  const socket = await helperWith({ prepare });
  const none = await ringfence(socket, 'run', 'claude', '--version');
  expect([none.code, none.err]).toEqual([125, expect.stringContaining('ringfence starters install claude-code')]);
  const unknown = await ringfence(socket, 'run', 'nobody-knows');
  expect([unknown.code, unknown.err]).toEqual([125, expect.stringContaining('nothing says what nobody-knows may do')]);
  const { path } = JSON.parse((await ringfence(socket, 'starters', 'install', 'claude-code', '--json')).out);
  const run = await ringfence(socket, 'run', 'claude', '--version');
  expect([run.code, run.err]).toEqual([125, expect.stringContaining(`${path}: unsigned`)]);
});

test('manifest init --agent writes one with the hashes of the folder, to be signed', async () => {
  writeFileSync(join(folder, 'NOTES.md'), 'mine');
  const made = await ringfence('/nowhere', 'manifest', 'init', '--agent', 'claude', folder);
  expect(made.code, made.err).toBe(0);
  const written = parseManifest(readFileSync(join(folder, 'clawmanifest.json')));
  expect(written.ok && Object.keys(written.value.hashes)).toContain('NOTES.md');
  expect(written.ok && written.value.signature).toBeUndefined();
  const signs = [
    await ringfence(
      '/nowhere',
      'manifest',
      'keygen',
      '--out',
      join(tmpdir(), `starter-${process.pid}.key`),
      '--name',
      'me',
    ),
    await ringfence('/nowhere', 'manifest', 'sign', folder, '--key', join(tmpdir(), `starter-${process.pid}.key`)),
  ];
  for (const one of [`starter-${process.pid}.key`, `starter-${process.pid}.pub`])
    rmSync(join(tmpdir(), one), { force: true });
  expect(signs.map(({ code }) => code)).toEqual([0, 0]);
  const again = await ringfence('/nowhere', 'manifest', 'init', '--agent', 'claude-code', folder);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('exists already')]);
  const unknown = await ringfence('/nowhere', 'manifest', 'init', '--agent', 'nothing', folder);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('claude-code')]);
});

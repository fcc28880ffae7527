import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type ScriptedHelper, scriptedHelper } from '../../client/testing/scripted-helper.ts';
import { formatPublicKey, formatSecretKey, generateKey } from '../../core/manifest/index.ts';
import { CommandError } from '../manifest/command-error.ts';
import { registerManifestCommands } from '../manifest/commands.ts';
import { describePermissions } from './describe-permissions.ts';
import { findKey } from './find-key.ts';

const MAIN = inject('ringfence');
const key = generateKey('publisher');

let folder: string;
let helper: ScriptedHelper;
const at = (...names: string[]) => join(folder, ...names);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  chmodSync(folder, 0o755);
  mkdirSync(at('skill'), { mode: 0o755 });
  writeFileSync(at('skill/SKILL.md'), '# Mail\n');
  writeFileSync(at('own.key'), formatSecretKey(key), { mode: 0o600 });
  writeFileSync(at('own.pub'), formatPublicKey(key));
  helper = await scriptedHelper({});
});
afterEach(async () => {
  await helper.stop();
  rmSync(folder, { recursive: true });
});

async function helperWith(script: object): Promise<void> {
  await helper.stop();
  helper = await scriptedHelper(script);
}

type Ended = { readonly code: number; readonly out: string; readonly err: string };

function ringfence(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? '', HOME: folder, TZ: 'UTC' };
    const child = execFile(
      process.execPath,
      [MAIN, '--socket', helper.socketPath, ...words],
      { env },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      },
    );
    child.stdin?.end();
  });
}

const keys = (...words: string[]) => ringfence('keys', ...words);
const ring = async () => JSON.parse((await keys('list', '--json')).out);

function signedSkill(...options: string[]): void {
  const manifest = {
    skill_id: 'mail\u2019s',
    version: '1.0.0',
    permissions: { exec: ['/usr/bin/jq'], network: { egress: ['192.0.2.1:443'] } },
    hashes: {},
  };
  writeFileSync(at('skill/clawmanifest.json'), JSON.stringify(manifest));
  const program = new Command().exitOverride();
  const quiet = { print: () => {}, complain: () => {} };
  registerManifestCommands(program, { home: folder, trustedKeysDirectory: at('none'), trustedOwner: 0, ...quiet });
  program.parse(['manifest', 'sign', at('skill'), '--key', at('own.key'), ...options], { from: 'user' });
  expect(process.exitCode).toBe(0);
}

describe('keys trust', () => {
  test('shows key, skill and what it may do, and binds the skill once it is confirmed', async () => {
    signedSkill('--publish-key');
    const { code, out } = await keys('trust', at('skill'), '--yes');
    expect(code).toBe(0);
    for (const shown of [
      key.keyId,
      'mail’s 1.0.0',
      'exec  /usr/bin/jq',
      'network.egress  192.0.2.1:443',
      'by another way',
    ]) {
      expect(out).toContain(shown);
    }
    expect(await ring()).toMatchObject({
      keys: [{ keyId: key.keyId, name: 'publisher' }],
      bindings: [{ skill: 'mail’s', keyId: key.keyId, owner: null }],
    });
    expect((await keys('list')).out).toMatch(/mail’s\s+-\s+everyone\s+publisher sha256:/);
  });

  test('takes the name that is given, and a detached signature', async () => {
    signedSkill('--publish-key', '--detached');
    const { code, out } = await keys('trust', at('skill/clawmanifest.json'), '--yes', '--json', '--name', 'Alice');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: 'Alice', skill: 'mail’s', changed: true });
  });

  test('asks, and without a terminal does nothing', async () => {
    signedSkill('--publish-key');
    expect(await keys('trust', at('skill'))).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect((await ring()).keys).toEqual([]);
  });

  test('of a manifest that brings no key, is changed, or is none: says why, and asks nobody', async () => {
    signedSkill();
    expect(await keys('trust', at('skill'), '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('keys add FILE.pub'),
    });
    signedSkill('--publish-key');
    const path = at('skill/clawmanifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('1.0.0', '1.0.1'));
    expect(await keys('trust', path, '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('changed after it was signed'),
    });
    writeFileSync(path, '{');
    expect((await keys('trust', path, '--yes')).code).toBe(1);
    expect((await keys('trust', at('nowhere'), '--yes')).code).toBe(2);
  });

  test('whose files are not those that were signed is refused by the helper', async () => {
    signedSkill('--publish-key');
    writeFileSync(at('skill/SKILL.md'), 'other');
    const { code, err } = await keys('trust', at('skill'), '--yes');
    expect(code).toBe(1);
    expect(err).toContain('changed-file');
    expect((await ring()).keys).toEqual([]);
  });

  test('that nobody authorises changes nothing', async () => {
    await helperWith({ peers: [{ uid: 1000 }], authorization: 'refused' });
    signedSkill('--publish-key');
    expect(await keys('trust', at('skill'), '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('dismissed'),
    });
    expect((await ring()).keys).toEqual([]);
  });

  test('is not for agents', async () => {
    await helperWith({ peers: [{ uid: 0, session: 's1' }] });
    signedSkill('--publish-key');
    expect(await keys('trust', at('skill'), '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('agents may not'),
    });
  });
});

describe('keys add, remove, revoke, repin', () => {
  test('add, then remove by a part of its id', async () => {
    expect(await keys('add', at('own.pub'), '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining(key.keyId),
    });
    expect((await keys('add', at('own.pub'), '--yes')).out).toContain('already');
    expect((await keys('remove', key.keyId.slice(0, 20), '--yes')).code).toBe(0);
    expect((await ring()).keys).toEqual([]);
    expect(await keys('remove', key.keyId, '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('keys list'),
    });
  });

  test('no secret key, and no file that is none', async () => {
    expect(await keys('add', at('own.key'), '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('secret key'),
    });
    writeFileSync(at('x.pub'), 'hello\n');
    expect((await keys('add', at('x.pub'), '--yes')).code).toBe(2);
    expect((await keys('add', at('none.pub'), '--yes')).code).toBe(2);
  });

  test('revoke by name, with a reason; then it can be trusted no more', async () => {
    await keys('add', at('own.pub'), '--yes');
    expect((await keys('revoke', 'publisher', '--yes')).code).toBe(2);
    expect((await keys('revoke', 'publisher', '--reason', 'was stolen', '--yes')).code).toBe(0);
    expect((await keys('list')).out).toMatch(/publisher \(REVOKED\)[\s\S]*REVOKED KEY[\s\S]*was stolen/);
    await keys('remove', 'publisher', '--yes');
    expect(await keys('add', at('own.pub'), '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('was stolen'),
    });
  });

  test('repin what is bound, and say so when nothing is', async () => {
    signedSkill('--publish-key');
    await keys('trust', at('skill'), '--yes');
    expect(await keys('repin', 'mail’s', '--yes', '--json')).toMatchObject({ code: 0, out: '{"forgotten":1}\n' });
    expect((await keys('repin', 'mail’s', '--yes')).code).toBe(1);
    expect((await keys('repin', 'mail', '--user', 'x', '--yes')).code).toBe(2);
  });

  test('without a helper nothing is known', async () => {
    helper.kill();
    expect((await keys('list')).code).toBe(2);
    helper = await scriptedHelper({});
  });
});

test('a key is found by what tells it from the others, and an unknown one by its whole id', () => {
  const other = `${key.keyId.slice(0, 20)}${'0'.repeat(51)}`;
  const known = [key.keyId, other].map((keyId, at) => ({ keyId, name: `k${at}`, file: null }));
  const all = { keys: known, revocations: [], bindings: [], complaints: [] };
  expect(findKey('k1', all).keyId).toBe(other);
  expect(findKey(key.keyId.slice(7), all).name).toBe('k0');
  expect(findKey(`sha256:${'1'.repeat(64)}`, all)).toEqual({ keyId: `sha256:${'1'.repeat(64)}`, name: null });
  for (const given of [key.keyId.slice(0, 18), 'k', 'sha256:', 'deadbeef'])
    expect(() => findKey(given, all)).toThrow(CommandError);
});

test('no permission is left out, whatever its form', () => {
  const permissions = {
    filesystem: { read: ['/a\u202e'] },
    exec: [{ path: '/b', sha256: 'x' }],
    future: { limit: 3 },
    none: [],
  };
  expect(describePermissions(permissions)).toEqual([
    'filesystem.read  /a\\u{202e}',
    'exec  {"path":"/b","sha256":"x"}',
    'future.limit  3',
  ]);
  expect(describePermissions({})).toEqual(['nothing']);
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatPublicKey, generateKey, type Issue, type TrustedKey } from '../../core/manifest/index.ts';
import { Trust } from './trust.ts';
import { TrustMemory } from './trust-memory.ts';

const ALICE = 1000;
const BOB = 1001;
const key = generateKey('publisher');
const other = generateKey('other');

let folder: string;
let memory: string;
let trust: Trust;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'));
  chmodSync(folder, 0o755);
  memory = join(folder, 'state/trust/memory.json');
  trust = open();
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(ownKeys: TrustedKey[] = []): Trust {
  const at = (name: string) => join(folder, name);
  return new Trust({ trustedKeys: at('trusted'), revokedKeys: at('revoked'), memory, ownKeys: () => ownKeys });
}

const issue = (version: string, more: Partial<Issue> = {}): Issue => ({
  ...{ skillId: 'mail', version, keyId: key.keyId, keyName: key.name, created: null, supersedes: [] },
  digest: Buffer.from(version.padEnd(32, '.')).toString('hex'),
  ...more,
});
/** Only root can give files away. */
const ofAnotherUser = (): [string, () => void][] =>
  process.geteuid?.() === 0 ? [['of another user', () => chownSync(memory, 65_534, 65_534)]] : [];
const refusals = (admitted: ReturnType<Trust['judge']> | ReturnType<Trust['admit']>) =>
  admitted.ok ? [] : (admitted.error.refusals ?? []).map(({ code }) => code);

describe('what ran', () => {
  test('is remembered for the next helper, and an older one is refused with both versions', () => {
    expect(trust.admit(ALICE, issue('1.0.0'))).toMatchObject({
      value: [{ kind: 'trust.skill-bound', skill_id: 'mail' }],
    });
    expect(trust.admit(ALICE, issue('1.1.0'))).toMatchObject({
      value: [{ kind: 'trust.skill-updated', skill_version: '1.1.0' }],
    });
    expect(trust.admit(ALICE, issue('1.1.0'))).toEqual({ ok: true, value: [] });
    const later = open();
    const back = later.admit(ALICE, issue('1.0.0'));
    expect(refusals(back)).toEqual(['rolled-back']);
    expect(back).toMatchObject({ error: { message: expect.stringMatching(/1\.0\.0.*1\.1\.0/) } });
    expect(later.admit(ALICE, issue('1.1.0'))).toEqual({ ok: true, value: [] });
  });

  test('is each user’s own', () => {
    trust.admit(ALICE, issue('2.0.0'));
    expect(refusals(trust.admit(BOB, issue('1.0.0')))).toEqual([]);
    expect(refusals(trust.admit(ALICE, issue('1.0.0')))).toEqual(['rolled-back']);
    expect(refusals(trust.admit(ALICE, issue('1.0.0', { skillId: 'travel' })))).toEqual([]);
  });

  test('under one key does not run under another, trusted or not, until it is forgotten', () => {
    trust.admit(ALICE, issue('1.0.0'));
    const moved = issue('2.0.0', { keyId: other.keyId, keyName: 'other' });
    expect(refusals(trust.admit(ALICE, moved))).toEqual(['other-key']);
    expect(trust.forget('mail', ALICE)).toEqual({ ok: true, value: 1 });
    expect(refusals(trust.admit(ALICE, moved))).toEqual([]);
    expect(refusals(trust.admit(ALICE, issue('3.0.0')))).toEqual(['other-key']);
  });

  test('by a person’s word holds everyone who has not run it, and no one else', () => {
    trust.admit(BOB, issue('1.0.0'));
    trust.pin('mail', other);
    expect(refusals(trust.judge(ALICE, issue('9.0.0')))).toEqual(['other-key']);
    expect(refusals(trust.judge(ALICE, issue('0.1.0', { keyId: other.keyId })))).toEqual([]);
    expect(refusals(trust.judge(BOB, issue('1.0.0')))).toEqual([]);
  });

  test('is settled anew by what this machine signs, downwards too', () => {
    trust.admit(ALICE, issue('2.0.0'));
    const signed = issue('1.0.0', { keyId: other.keyId, keyName: 'this-machine' });
    expect(trust.adopt(ALICE, signed)).toMatchObject({ value: [{ kind: 'trust.skill-bound' }] });
    expect(refusals(trust.judge(ALICE, signed))).toEqual([]);
    expect(refusals(trust.judge(ALICE, issue('3.0.0')))).toEqual(['other-key']);
  });

  test('looking changes nothing', () => {
    trust.admit(ALICE, issue('1.0.0'));
    const before = readFileSync(memory, 'utf8');
    trust.judge(ALICE, issue('2.0.0'));
    trust.judge(BOB, issue('2.0.0'));
    expect(readFileSync(memory, 'utf8')).toBe(before);
  });

  test('is root’s alone', () => {
    trust.admit(ALICE, issue('1.0.0'));
    expect(statSync(memory).mode & 0o777).toBe(0o600);
    expect(statSync(join(memory, '..')).mode & 0o777).toBe(0o700);
  });

  test('is bounded for each user', () => {
    const many = Array.from({ length: 4096 }, (_, at) => ({
      owner: ALICE,
      skill: `s${at}`,
      keyId: key.keyId,
      keyName: 'x',
      last: null,
    }));
    trust.admit(BOB, issue('1.0.0'));
    new TrustMemory(memory).write({ skills: many, keyFiles: {} });
    expect(trust.admit(ALICE, issue('1.0.0'))).toMatchObject({ error: { code: 'limit-reached' } });
    expect(trust.admit(BOB, issue('1.0.0'))).toMatchObject({ ok: true });
  });
});

describe('a memory that is not in order', () => {
  test.each<[string, () => void]>([
    ['empty', () => writeFileSync(memory, '')],
    ['cut off', () => truncateSync(memory, statSync(memory).size - 3)],
    ['no JSON', () => writeFileSync(memory, 'hello')],
    ['of another form', () => writeFileSync(memory, '{"v":1}')],
    ['of another version', () => writeFileSync(memory, readFileSync(memory, 'utf8').replace('"v":1', '"v":2'))],
    ['edited', () => writeFileSync(memory, readFileSync(memory, 'utf8').replace('2.0.0', '1.0.0'))],
    ['open to others', () => chmodSync(memory, 0o666)],
    ...ofAnotherUser(),
    ['a directory', () => [rmSync(memory), mkdirSync(memory)]],
    [
      'a link to a sound one',
      () => {
        writeFileSync(join(folder, 'elsewhere'), readFileSync(memory), { mode: 0o600 });
        rmSync(memory);
        symlinkSync(join(folder, 'elsewhere'), memory);
      },
    ],
    [
      'a link to nothing',
      () => {
        rmSync(memory);
        symlinkSync(join(folder, 'nothing'), memory);
      },
    ],
  ])('(%s) denies everything, says what to do, and is not replaced', (_what, spoil) => {
    trust.admit(ALICE, issue('2.0.0'));
    expect(trust.judge(ALICE, issue('2.0.0')).ok).toBe(true);
    spoil();
    for (const denied of [
      trust.judge(ALICE, issue('2.0.0')),
      trust.admit(ALICE, issue('2.0.0')),
      trust.adopt(ALICE, issue('2.0.0')),
      trust.ground(),
      trust.pin('mail', key),
      trust.forget('mail', null),
      trust.bindings(),
    ]) {
      expect(denied).toMatchObject({
        ok: false,
        error: { code: 'unavailable', remedy: expect.stringContaining('root') },
      });
      expect(denied.ok ? '' : denied.error.message).toContain(memory);
    }
  });

  test('every changed byte is noticed', () => {
    trust.admit(ALICE, issue('2.0.0'));
    const text = readFileSync(memory);
    for (let at = 0; at < text.length - 1; at += 1) {
      const changed = Buffer.from(text);
      changed[at] = (text[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(memory, changed);
      expect(trust.judge(ALICE, issue('2.0.0')).ok, `byte ${at}`).toBe(false);
    }
  });

  test('a disk that takes nothing is told, and nothing begins', () => {
    mkdirSync(join(memory, '..'), { recursive: true });
    mkdirSync(`${memory}.new`);
    expect(trust.admit(ALICE, issue('1.0.0'))).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });
});

describe('a helper that is killed while it writes', () => {
  test('leaves the old memory or the new one', async () => {
    const counts: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const child = fork(join(import.meta.dirname, 'testing/crash-writer.ts'), [folder, memory], { stdio: 'inherit' });
      await once(child, 'message');
      await new Promise((resolve) => setTimeout(resolve, 10 + round * 7));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const bindings = open().bindings();
      expect(bindings).toMatchObject({ ok: true });
      const last = bindings.ok ? bindings.value.find(({ owner }) => owner === ALICE)?.last : null;
      counts.push(Number(last?.version.split('.')[0] ?? 0));
    }
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts.at(-1)).toBeGreaterThan(counts[0] ?? 0);
  }, 30_000);
});

describe('key files', () => {
  const path = () => join(folder, 'trusted/key.pub');
  const give = (text: string) => {
    mkdirSync(join(folder, 'trusted'), { recursive: true });
    writeFileSync(path(), text, { mode: 0o644 });
  };
  const names = () => {
    const found = trust.keyFiles();
    return found.ok ? found.value.keys.map(({ name }) => name) : [];
  };

  test('changed after they were first used are not used, name and comment included', () => {
    give(formatPublicKey(key));
    expect(names()).toEqual(['publisher']);
    give(formatPublicKey({ ...key, name: 'Publisher' }));
    expect(names()).toEqual([]);
    const found = trust.keyFiles();
    expect(found.ok && found.value.complaints).toEqual([expect.stringContaining(path())]);
    give(formatPublicKey(key));
    expect(names()).toEqual(['publisher']);
  });

  test('of another key are another key', () => {
    give(formatPublicKey(key));
    names();
    give(formatPublicKey(other));
    expect(names()).toEqual(['other']);
  });

  test('are told of once, when they are first used', () => {
    const seen: string[] = [];
    const places = { trustedKeys: join(folder, 'trusted'), revokedKeys: join(folder, 'revoked'), memory };
    trust = new Trust({ ...places, ownKeys: () => [], seen: (files) => seen.push(...files.map(({ path }) => path)) });
    give(formatPublicKey(key));
    for (let times = 0; times < 2; times += 1) names();
    expect(seen).toEqual([path()]);
  });

  test('are not used where that cannot be written down', () => {
    give(formatPublicKey(key));
    mkdirSync(join(memory, '..'), { recursive: true });
    mkdirSync(`${memory}.new`);
    expect(trust.keyFiles()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });

  test('stand beside the keys of this machine', () => {
    give(formatPublicKey(key));
    trust = open([other]);
    expect(names()).toEqual(['other', 'publisher']);
  });
});

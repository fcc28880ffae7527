import { execFile } from 'node:child_process';
import { afterEach, expect, inject, test } from 'vitest';
import { type ScriptedHelper, scriptedHelper } from '../client/testing/scripted-helper.ts';
import { sampleEntry, sampleSession } from '../core/protocol/testing/samples.ts';

const MAIN = inject('ringfence');
const helpers: ScriptedHelper[] = [];

afterEach(async () => {
  for (const helper of helpers.splice(0)) await helper.stop();
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };

async function helperWith(script: object): Promise<string> {
  const helper = await scriptedHelper(script);
  helpers.push(helper);
  return helper.socketPath;
}

function ringfence(socket: string, ...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? '', TZ: 'UTC' };
    execFile(process.execPath, [MAIN, '--socket', socket, ...words], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

test('a mode is set, shown and taken back', async () => {
  const socket = await helperWith({});
  expect((await ringfence(socket, 'mode')).out).toContain('Every agent is held to its manifest.');
  const set = await ringfence(socket, 'mode', 'claude', 'audit', '--for', '2h');
  expect(set).toMatchObject({ code: 0, out: expect.stringContaining('claude: AUDIT: not enforcing, until ') });
  const json = JSON.parse((await ringfence(socket, 'mode', '--json')).out);
  expect(json.agents).toMatchObject([{ agent: 'claude', mode: 'audit', ended: false }]);
  expect((await ringfence(socket, 'mode', 'claude', 'unset')).out).toContain('Every agent is held');
});

test('what the machine overrules is said to have no effect', async () => {
  const socket = await helperWith({});
  await ringfence(socket, 'mode', '--machine', 'enforce');
  const { err, out } = await ringfence(socket, 'mode', 'claude', 'audit');
  expect(err).toContain('the machine is set to enforce, which is stricter and counts');
  expect(out).toContain('Every agent is held to its manifest.');
});

test('without an administrator’s word nothing changes', async () => {
  const socket = await helperWith({ authorization: 'refused', peers: [{ uid: 1000 }] });
  const { code, err } = await ringfence(socket, 'mode', '--machine', 'permissive');
  expect([code, err]).toEqual([1, expect.stringContaining('No mode was changed.')]);
});

test.each([
  [['mode', 'claude'], 'not said which mode'],
  [['mode', 'audit'], 'not said for which agent'],
  [['mode', 'claude', 'lenient'], 'no mode lenient'],
  [['mode', '../x', 'audit'], 'no name of an agent'],
  [['mode', 'claude', 'audit', '--for', '2'], 'is no time'],
  [['mode', 'claude', 'audit', '--for', '8d'], 'is no time'],
  [['mode', 'claude', 'enforce', '--for', '2h'], '--for goes with'],
  [['mode', '--machine', 'claude', 'audit'], 'too many words'],
])('%s is an error with a remedy', async (words, complaint) => {
  const { code, err } = await ringfence('/nowhere', ...words);
  expect([code, err]).toEqual([2, expect.stringContaining(complaint)]);
});

test('ps, doctor and audit never let a session that is not held look as if it were', async () => {
  const weakened = ['every agent: AUDIT: not enforcing, until it is changed'];
  const socket = await helperWith({
    sessions: [sampleSession(0, { mode: 'audit', modeUntil: '2026-01-01T02:00:00.000Z' })],
    entries: [sampleEntry(1, 0, { verdict: 'audit', would_be: 'block' })],
    diagnosis: { state: 'enforcing', kernel: '6.12.0', checks: [], weakened },
  });
  expect((await ringfence(socket, 'ps')).out).toContain('(AUDIT: not enforcing, until 2026-01-01T02:00:00.000Z)');
  const doctor = await ringfence(socket, 'doctor');
  expect(doctor.code).toBe(1);
  expect(doctor.out).toMatch(/^ENFORCING, EXCEPT\n {2}every agent: AUDIT: not enforcing/);
  expect(doctor.out).not.toContain('are held to their manifests');
  expect((await ringfence(socket, 'audit')).out).toContain('would have been blocked by protected location ~/.ssh');
  expect((await ringfence(socket, 'why', '1')).out).toContain('read was allowed by the mode alone');
});

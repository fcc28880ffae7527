import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HIDDEN_SAMPLES, MISLEADING_SAMPLES } from '../../core/text/testing/hidden-samples.ts';
import type { Peer } from '../control/peer.ts';
import { polkitAuthorize } from './authorize.ts';

const ACTION = 'io.ringfence.approve';

let folder: string;
let pkcheck: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'authorize-'));
  pkcheck = join(folder, 'pkcheck');
  mkdirSync(join(folder, '77'));
  const zeros = Array.from({ length: 16 }, () => '0').join(' ');
  writeFileSync(join(folder, '77/stat'), `77 (a b) c) S 1 77 ${zeros} 4711 0\n`);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A pkcheck that notes its arguments, waits, and ends so. */
function answering(status: number, seconds = 0): ReturnType<typeof polkitAuthorize> {
  writeFileSync(pkcheck, `#!/bin/sh\necho "$@" > ${folder}/words\nsleep ${seconds}\nexit ${status}\n`);
  chmodSync(pkcheck, 0o755);
  return polkitAuthorize({ pkcheck, proc: folder, patienceMs: 2000 });
}

const peer = (uid: number, pid = 77): Peer => ({ pid, uid, gid: uid, pidfd: null, session: null }) as Peer;

test('root is not asked', async () => {
  const authorize = polkitAuthorize({ pkcheck: '/nonexistent' });
  expect(await authorize(peer(0), ACTION)).toEqual({ ok: true, value: undefined });
});

test('polkit is asked about this very process, its start and its user', async () => {
  expect(await answering(0)(peer(1000), ACTION)).toMatchObject({ ok: true });
  expect(readFileSync(join(folder, 'words'), 'utf8').trim()).toBe(
    `--action-id ${ACTION} --process 77,4711,1000 --allow-user-interaction`,
  );
});

test('polkit is told what it is about, in letters that a prompt draws', async () => {
  const details = { skill: 'mail\u202egpj', path: '/home/a\nb' };
  await answering(0)(peer(1000), 'io.ringfence.sign-manifest', details);
  expect(readFileSync(join(folder, 'words'), 'utf8').trim()).toBe(
    '--action-id io.ringfence.sign-manifest --process 77,4711,1000 --detail skill mail\ufffdgpj --detail path /home/a\ufffdb --allow-user-interaction',
  );
});

test('no detail holds a character that hides, whichever it is', async () => {
  const samples = [...HIDDEN_SAMPLES, ...MISLEADING_SAMPLES];
  const details = Object.fromEntries(samples.map(([, text], index) => [`d${index}`, text]));
  await answering(0)(peer(1000), 'io.ringfence.sign-manifest', details);
  const words = readFileSync(join(folder, 'words'), 'utf8').trim();
  expect(samples.filter(([, , character]) => words.includes(character)).map(([name]) => name)).toEqual([]);
});

test('what helps is said for what was wanted', async () => {
  const answer = await answering(2)(peer(1000), 'io.ringfence.sign-manifest');
  expect(answer.ok ? '' : answer.error.remedy).toMatch(/manifest sign FILE/);
});

test.each([
  [1, /authentication failed/],
  [2, /nothing here that could ask/],
  [3, /dismissed/],
  [127, /polkit did not answer/],
])('its status %i is a no with its own words and a remedy', async (status, words) => {
  const answer = await answering(status)(peer(1000), ACTION);
  expect(answer).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
  expect(answer.ok ? '' : answer.error.message).toMatch(words);
  expect(answer.ok ? '' : answer.error.remedy).toMatch(/\.|sudo/);
});

test('without polkit nobody but root is let in', async () => {
  const answer = await polkitAuthorize({ pkcheck: join(folder, 'missing'), proc: folder })(peer(1000), ACTION);
  expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(/polkit is not installed/) } });
});

test('a process that is gone is not asked about', async () => {
  const answer = await answering(0)(peer(1000, 78), ACTION);
  expect(answer).toMatchObject({ ok: false });
  expect(existsSync(join(folder, 'words'))).toBe(false);
});

test('a second prompt for the same user is not opened, another user is asked', async () => {
  const authorize = answering(0, 0.3);
  const first = authorize(peer(1000), ACTION);
  expect(await authorize(peer(1000), ACTION)).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
  expect(await authorize(peer(1001), ACTION)).toMatchObject({ ok: true });
  expect(await first).toMatchObject({ ok: true });
  expect(await authorize(peer(1000), ACTION)).toMatchObject({ ok: true });
});

test('who never answers is a no', async () => {
  const answer = await answering(0, 30)(peer(1000), ACTION);
  expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(/too long/) } });
});

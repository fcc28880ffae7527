import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import type { HelperClient, SequencedEvent } from '../../client/index.ts';
import { type ScriptedHelper, scriptedHelper } from '../../client/testing/scripted-helper.ts';
import { sampleApproval, sampleGrant } from '../../core/protocol/testing/samples.ts';
import { paintFor } from '../terminal/paint.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { TypedAnswers } from './typed-answers.ts';

const MAIN = inject('ringfence');
const ALICE = 1000;

const helpers: ScriptedHelper[] = [];
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const helper of helpers.splice(0)) await helper.stop();
});

async function helperWith(script: object): Promise<ScriptedHelper> {
  const helper = await scriptedHelper(script);
  helpers.push(helper);
  return helper;
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function approvals(helper: ScriptedHelper, ...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? '', TZ: 'UTC' };
    const all = [MAIN, '--socket', helper.socketPath, 'approvals', ...words];
    execFile(process.execPath, all, { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe('the list', () => {
  test('says what is asked, by whom, why, and for how long it waits', async () => {
    const { code, out } = await approvals(await helperWith({ approvals: [sampleApproval(3, ALICE)] }));
    expect(code).toBe(0);
    expect(out).toMatch(/^3 {2}read \/home\/dev\/Documents\/passport\.txt \(open\)$/m);
    expect(out).toMatch(/waits, \d+ s left/);
    expect(out).toContain('/usr/bin/node[4711] > /usr/bin/cat[4712]');
    expect(out).toContain('skill travel');
    expect(out).toContain('permissions.require_approval.filesystem.read[0] "~/Documents/**"');
  });

  test('shows names that would paint over it as what they are', async () => {
    const path = '/home/dev/Documents/\u001b[2J\u202epassport\nqllow';
    const { out } = await approvals(await helperWith({ approvals: [sampleApproval(3, ALICE, { path })] }));
    expect(out).not.toMatch(/\u001b\[2J|\u202e/);
    expect(out.split('\n').find((line) => line.startsWith('3  '))).toContain('qllow');
  });

  test('tells what is refused already from what waits', async () => {
    const status = { state: 'refused', because: 'cannot-hold' };
    const { out } = await approvals(await helperWith({ approvals: [sampleApproval(3, ALICE, { status })] }));
    expect(out).toContain('refused, as this call cannot wait; allowing it lets the next attempt through');
  });

  test('has the answers in force', async () => {
    const { out } = await approvals(await helperWith({ grants: [sampleGrant(5, ALICE)] }));
    expect(out).toContain('Nothing waits for an answer.');
    expect(out).toMatch(/5 {2}read \/home\/dev\/Documents\/passport\.txt: while its session lasts/);
  });

  test('is JSON for programs', async () => {
    const { out } = await approvals(await helperWith({ approvals: [sampleApproval(3, ALICE)] }), '--json');
    expect(JSON.parse(out)).toMatchObject({ approvals: [{ id: 3 }], grants: [] });
  });
});

describe('an answer', () => {
  test('is given and confirmed', async () => {
    const helper = await helperWith({ approvals: [sampleApproval(3, ALICE), sampleApproval(4, ALICE)] });
    expect(await approvals(helper, 'allow', '3')).toEqual({ code: 0, out: 'Question 3: allowed.\n', err: '' });
    expect(await approvals(helper, 'deny', '4')).toEqual({ code: 0, out: 'Question 4: denied.\n', err: '' });
  });

  test('to what is over is said so, with a status of its own', async () => {
    const { code, err } = await approvals(await helperWith({}), 'allow', '9');
    expect(code).toBe(1);
    expect(err).toContain('there is no open question 9');
  });

  test.each([
    [['allow', '0'], /A number from 1/],
    [['allow', 'all'], /A number from 1/],
    [['allow', '3', '--for', 'ever'], /once, process, session, 15m, rule/],
    [['deny'], /missing required argument/],
    [['revoke'], /name a grant, or --all/],
    [['revoke', '1', '--all'], /name a grant, or --all/],
  ])('%j is no answer', async (words, message) => {
    const { code, err } = await approvals(await helperWith({}), ...words);
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
  });

  test('is taken back one by one or all at once', async () => {
    const helper = await helperWith({ grants: [5, 6, 7].map((id) => sampleGrant(id, ALICE)) });
    expect(await approvals(helper, 'revoke', '6')).toMatchObject({ code: 0, out: expect.stringContaining('Grant 6') });
    expect(await approvals(helper, 'revoke', '6')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no grant 6'),
    });
    expect(await approvals(helper, 'revoke', '--all')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/5.*\n.*7/),
    });
    expect(await approvals(helper, 'revoke', '--all')).toMatchObject({ out: 'There is no grant in force.\n' });
  });
});

describe('watching', () => {
  async function watch(helper: ScriptedHelper, ...words: string[]): Promise<() => string> {
    const all = [MAIN, '--socket', helper.socketPath, 'approvals', '--watch', ...words];
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'], env: { TZ: 'UTC' } });
    children.push(child);
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      out += chunk;
    });
    await once(child.stdout, 'data');
    return () => out;
  }

  test('shows what waits, what comes, and how it ends', async () => {
    const helper = await helperWith({ approvals: [sampleApproval(1, ALICE)] });
    const out = await watch(helper);
    helper.emit('approval.asked', sampleApproval(2, ALICE, { path: '/home/dev/other' }));
    await vi.waitFor(() => expect(out()).toMatch(/^1 {2}read[\s\S]*^2 {2}read \/home\/dev\/other/m), 5000);
    await approvals(helper, 'deny', '2');
    await vi.waitFor(() => expect(out()).toMatch(/^2 {2}denied \(by uid 0\)/m), 5000);
  });

  test('is one event a line for programs', async () => {
    const helper = await helperWith({ approvals: [sampleApproval(1, ALICE)] });
    const out = await watch(helper, '--json');
    helper.emit('approval.asked', sampleApproval(2, ALICE));
    await vi.waitFor(() => expect(out().trimEnd().split('\n')).toHaveLength(2), 5000);
    const events = out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([1, 2].map((id) => ({ event: 'approval.asked', data: { id } })));
  });
});

describe('typed answers', () => {
  const calls: [string, unknown][] = [];
  let lines: string[];
  let now: number;

  function begin(): TypedAnswers {
    calls.length = 0;
    lines = [];
    now = 0;
    const paint = paintFor(false, {});
    const print = (line: string) => void lines.push(line);
    const terminal: Terminal = { print, complain: print, paint, paintComplaint: paint, now: () => now };
    const answers = new TypedAnswers(new PassThrough(), terminal);
    answers.speakTo({
      call: async (method: string, params: unknown) => {
        calls.push([method, params]);
        return { ok: true, value: {} };
      },
    } as unknown as HelperClient);
    answers.follow({ event: 'approval.asked', data: sampleApproval(3, ALICE), sequence: 1 } as SequencedEvent);
    return answers;
  }

  test('a letter and the number answer, once the question could be read', async () => {
    const answers = begin();
    await answers.take('a 3');
    expect(calls).toEqual([]);
    expect(lines).toEqual(['Question 3 has just come: read it, then answer again.']);
    now = 1500;
    await answers.take(' s 3 ');
    await answers.take('d3');
    expect(calls).toEqual([
      ['approvals.decide', { id: 3, option: 'allow-session' }],
      ['approvals.decide', { id: 3, option: 'deny' }],
    ]);
  });

  test.each(['', 'y', 'yes', 'a', 'a 3 4', 'A 3', 'allow 3', '3', 'a -3', 'a 99999999999999999999'])(
    '%j answers nothing',
    async (line) => {
      const answers = begin();
      now = 5000;
      await answers.take(line);
      expect(calls).toEqual([]);
      expect(lines).toHaveLength(1);
    },
  );

  test('a question that is over is not answered', async () => {
    const answers = begin();
    now = 5000;
    answers.follow({ event: 'approval.ended', data: { id: 3 }, sequence: 2 } as SequencedEvent);
    await answers.take('a 3');
    expect(calls).toEqual([]);
  });
});

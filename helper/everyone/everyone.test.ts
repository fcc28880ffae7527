import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import type { EveryoneSettings, EveryoneSighting } from '../../core/protocol/everyone.ts';
import { METHODS } from '../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import { Everyone } from './everyone.ts';
import { EveryoneFile } from './everyone-file.ts';
import { InboxFile } from './inbox-file.ts';

const PEER = { uid: 1000, pid: 7 } as Peer;
const OTHER = { uid: 1001, pid: 8 } as Peer;
const ROOT = { uid: 0, pid: 9 } as Peer;
const S = 1_000_000_000n;
const DAY = 24n * 3600n * S;

let folder: string;
let moment: { bootId: string; bootNs: bigint; wallMs: number };
let mayChange: boolean;
let asked: string[];
let records: RecordDraft[];
let told: HelperEvent[];
let troubles: string[];
let placed: { settings: EveryoneSettings; untilNs: bigint | null }[];
let placing: Result<void, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'everyone-'));
  moment = { bootId: 'this-boot', bootNs: 1000n * S, wallMs: Date.parse('2026-01-01T00:00:00Z') };
  mayChange = true;
  [asked, records, told, troubles, placed] = [[], [], [], [], []];
  placing = success(undefined);
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, 'state/everyone.json');

function start(more: object = {}): Everyone {
  return new Everyone({
    file: new EveryoneFile(path()),
    inboxFile: new InboxFile(join(folder, 'state/everyone-inbox.json')),
    kernel: {
      place(settings, untilNs) {
        placed.push({ settings, untilNs });
        return placing;
      },
    },
    now: () => moment,
    acceptable: (program) =>
      program.startsWith('/usr/bin/')
        ? success(program.replace('link-', ''))
        : failure({ message: `${program} can be written by others`, remedy: 'Install it as root.' }),
    authorize: async (_peer, _action, details) => {
      asked.push(details?.change ?? '');
      return mayChange ? success(undefined) : failure(protocolError('not-authorized', 'no'));
    },
    record: async (drafts) => void records.push(...drafts),
    tell: (happened) => void told.push(happened),
    onTrouble: (message) => void troubles.push(message),
    ...more,
  });
}

function pass(seconds: bigint): void {
  moment = { ...moment, bootNs: moment.bootNs + seconds * S, wallMs: moment.wallMs + Number(seconds) * 1000 };
}

const seen = (more: object = {}): EveryoneSighting =>
  ({
    program: '/usr/bin/rclone',
    ...{ uid: 1000, location: 'ssh-keys', operation: 'read', verdict: 'block', count: 1 },
    ...{ firstAt: '2026-01-01T00:00:00Z', lastAt: '2026-01-01T00:00:01Z' },
    ...more,
  }) as EveryoneSighting;

const kinds = () => records.map(({ kind }) => kind);

describe('stages', () => {
  test('a machine that is new to the guard learns for a day, then enforces by itself', () => {
    const everyone = start();
    everyone.renew();
    expect(everyone.state()).toMatchObject({ stage: 'learning', until: '2026-01-02T00:00:00.000Z', trouble: null });
    expect(placed.at(-1)).toMatchObject({ settings: { stage: 'learning' }, untilNs: 1000n * S + DAY });
    pass(24n * 3600n - 1n);
    everyone.sweep();
    expect(everyone.state().stage).toBe('learning');
    pass(1n);
    expect(everyone.state()).toMatchObject({ stage: 'enforcing', until: null });
    everyone.sweep();
    everyone.sweep();
    expect(placed.at(-1)).toMatchObject({ settings: { stage: 'enforcing' }, untilNs: null });
    expect(kinds()).toEqual(['everyone.changed', 'everyone.stage-ended']);
    expect(told.map(({ event }) => event)).toContain('everyone.changed');
    expect(start().state().stage).toBe('enforcing');
  });

  test('a clock that is set back lengthens nothing, nor do a new helper and another start of the machine', () => {
    start();
    const counted = start();
    pass(3600n);
    moment = { ...moment, wallMs: 0 };
    counted.sweep();
    moment = { bootId: 'another', bootNs: 5n * S, wallMs: 0 };
    const later = start();
    expect(later.state().stage).toBe('learning');
    later.renew();
    expect(placed.at(-1)?.untilNs).toBe(5n * S + DAY - 3600n * S - 5n * S - 60n * S);
    moment = { ...moment, bootNs: 23n * 3600n * S };
    expect(later.state().stage).toBe('enforcing');
  });

  test('a file is root’s alone, and a damaged one weakens nothing', async () => {
    await start().accept({ program: '/usr/bin/rclone', location: '*' }, PEER);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    writeFileSync(path(), readFileSync(path(), 'utf8').replace('"learning"', '"off"'));
    expect(start().state()).toMatchObject({ stage: 'enforcing', accepted: [], overrides: [] });
    expect(troubles[0]).toMatch(/damaged/);
  });

  test('learning that cannot be written down does not begin', () => {
    const write = () => {
      throw new Error('ENOSPC');
    };
    const everyone = start({ file: { read: () => success(null), write } });
    expect(everyone.state().stage).toBe('enforcing');
    expect(troubles[0]).toMatch(/learning cannot begin/);
  });

  test('to enforce takes nobody’s word; learning and audit do, and say for how long', async () => {
    mayChange = false;
    const everyone = start();
    expect((await everyone.setStage({ stage: 'enforcing' }, PEER)).ok).toBe(true);
    for (const stage of ['learning', 'audit'] as const)
      expect((await everyone.setStage({ stage, seconds: 60 }, PEER)).ok).toBe(false);
    expect(everyone.state().stage).toBe('enforcing');
    expect(asked).toEqual([
      'let every program into sensitive places for 60 seconds (LEARNING: not enforcing yet).',
      'let every program into sensitive places for 60 seconds (AUDIT: not enforcing).',
    ]);
    expect(kinds()).toEqual([
      ...['everyone.changed', 'everyone.changed'],
      ...['everyone.change-refused', 'everyone.change-refused'],
    ]);
    mayChange = true;
    expect((await everyone.setStage({ stage: 'audit' }, PEER)).ok).toBe(true);
    expect(everyone.state()).toMatchObject({ stage: 'audit', until: null });
    expect((await everyone.setStage({ stage: 'learning' }, PEER)).ok).toBe(true);
    expect(everyone.state()).toMatchObject({ stage: 'learning', until: '2026-01-02T00:00:00.000Z' });
  });

  test('what the kernel does not take is said, until it does', async () => {
    placing = failure('no policy');
    const everyone = start();
    everyone.renew();
    everyone.renew();
    expect(everyone.state().trouble).toBe('no policy');
    expect(troubles).toEqual(['no policy']);
    placing = success(undefined);
    everyone.renew();
    expect(everyone.state().trouble).toBeNull();
    expect(told.filter(({ event }) => event === 'everyone.changed')).toHaveLength(2);
  });
});

describe('programs and answers', () => {
  test('accepting takes an administrator, who is told the file itself, and is on record', async () => {
    mayChange = false;
    const everyone = start();
    expect((await everyone.accept({ program: '/usr/bin/link-rclone', location: 'ssh-keys' }, PEER)).ok).toBe(false);
    expect(everyone.state().accepted).toEqual([]);
    mayChange = true;
    expect((await everyone.accept({ program: '/usr/bin/link-rclone', location: 'ssh-keys' }, PEER)).ok).toBe(true);
    expect(asked[0]).toBe('let /usr/bin/rclone into ssh-keys, whoever starts it.');
    expect(everyone.state().accepted).toMatchObject([{ program: '/usr/bin/rclone', location: 'ssh-keys', by: 1000 }]);
    expect(records.at(-1)).toMatchObject({ kind: 'everyone.changed', approver_uid: 1000, message: asked[0] });
    expect(placed.at(-1)?.settings.accepted).toHaveLength(1);
    await everyone.accept({ program: '/usr/bin/rclone', location: 'ssh-keys' }, PEER);
    expect(start().state().accepted).toHaveLength(1);
  });

  test('a program that anyone could replace, and a place that is none, are refused before anybody is asked', async () => {
    const everyone = start();
    expect(await everyone.accept({ program: '/home/dev/tool', location: '*' }, ROOT)).toMatchObject({
      ok: false,
      error: { code: 'not-permitted', remedy: 'Install it as root.' },
    });
    expect(await everyone.accept({ program: '/usr/bin/x', location: 'no-such' }, ROOT)).toMatchObject({ ok: false });
    for (const location of ['__proto__', 'git-hooks', 'logins'])
      expect(await everyone.override({ location, others: 'deny' }, ROOT)).toMatchObject({ ok: false });
    expect(asked).toEqual([]);
  });

  test('taking back waits for nobody, also where the program is gone', async () => {
    const everyone = start();
    await everyone.accept({ program: '/usr/bin/rclone', location: 'ssh-keys' }, PEER);
    await everyone.accept({ program: '/usr/bin/rclone', location: 'aws' }, PEER);
    mayChange = false;
    expect((await everyone.revoke({ program: '/usr/bin/rclone', location: 'aws' }, PEER)).ok).toBe(true);
    expect(everyone.state().accepted.map(({ location }) => location)).toEqual(['ssh-keys']);
    const later = start({ acceptable: () => failure({ message: 'gone', remedy: '' }) });
    expect((await later.revoke({ program: '/usr/bin/rclone' }, PEER)).ok).toBe(true);
    expect(later.state().accepted).toEqual([]);
    const before = records.length;
    expect(await later.revoke({ program: '/usr/bin/rclone' }, PEER)).toMatchObject({ error: { code: 'not-found' } });
    expect(records).toHaveLength(before);
  });

  test('an answer for a location takes an administrator, and is taken back', async () => {
    const everyone = start();
    await everyone.override({ location: 'ssh-keys', others: 'allow' }, PEER);
    expect(everyone.state().overrides).toEqual([{ location: 'ssh-keys', others: 'allow' }]);
    await everyone.override({ location: 'ssh-keys', others: 'deny' }, PEER);
    expect(everyone.state().overrides).toEqual([{ location: 'ssh-keys', others: 'deny' }]);
    mayChange = false;
    expect((await everyone.override({ location: 'ssh-keys', others: 'unset' }, PEER)).ok).toBe(false);
    mayChange = true;
    await everyone.override({ location: 'ssh-keys', others: 'unset' }, PEER);
    expect(everyone.state().overrides).toEqual([]);
  });

  test('what others set while a person is asked is kept', async () => {
    let answer = (_: Result<void, never>) => {};
    const asking = new Promise<Result<void, never>>((resolve) => {
      answer = resolve;
    });
    const everyone = start({ authorize: (peer: Peer) => (peer === PEER ? asking : success(undefined)) });
    const slow = everyone.accept({ program: '/usr/bin/slow', location: '*' }, PEER);
    await everyone.accept({ program: '/usr/bin/fast', location: '*' }, OTHER);
    answer(success(undefined));
    await slow;
    expect(everyone.state().accepted.map(({ program }) => program)).toEqual(['/usr/bin/fast', '/usr/bin/slow']);
  });
});

describe('the inbox', () => {
  test('is a person’s own; root’s is everybody’s', async () => {
    const everyone = start();
    everyone.sighted(seen());
    everyone.sighted(seen({ uid: 1001, program: '/home/o/x', script: '/home/o/x.py' }));
    everyone.sweep();
    expect(told.filter(({ event }) => event === 'inbox.changed').map(({ data }) => data)).toEqual([
      { owner: 1000 },
      { owner: 1001 },
    ]);
    expect(everyone.inbox(PEER).entries).toMatchObject([{ program: '/usr/bin/rclone', learnt: false }]);
    expect(everyone.inbox(PEER).entries[0]?.obstacle).toBeUndefined();
    expect(everyone.inbox(OTHER).entries[0]?.obstacle).toBe(
      '/home/o/x.py can be written by others. Install it as root.',
    );
    expect(everyone.inbox(ROOT).entries).toHaveLength(2);
    const [entry] = everyone.inbox(OTHER).entries;
    expect(everyone.dismiss({ id: entry?.id ?? '' }, PEER).ok).toBe(false);
    told = [];
    expect(everyone.dismiss({ id: entry?.id ?? '' }, OTHER).ok).toBe(true);
    expect(told).toEqual([{ event: 'inbox.changed', data: { owner: 1001 } }]);
    expect(everyone.inbox(ROOT).entries).toHaveLength(1);
  });

  test('what was seen while learning waits as a proposal, and nothing is accepted by itself', () => {
    const everyone = start();
    everyone.sighted(seen({ verdict: 'audit' }));
    pass(24n * 3600n);
    everyone.sweep();
    const later = start();
    expect(later.state()).toMatchObject({ stage: 'enforcing', accepted: [] });
    expect(later.inbox(PEER).entries).toMatchObject([{ learnt: true, verdict: 'audit' }]);
  });

  test('accepting settles what waited for it, in every inbox', async () => {
    const everyone = start();
    everyone.sighted(seen());
    everyone.sighted(seen({ uid: 1001 }));
    everyone.sighted(seen({ location: 'aws' }));
    await everyone.accept({ program: '/usr/bin/rclone', location: 'ssh-keys' }, PEER);
    expect(everyone.inbox(ROOT).entries.map(({ location }) => location)).toEqual(['aws']);
    await everyone.accept({ program: '/usr/bin/rclone', location: '*' }, PEER);
    expect(everyone.inbox(ROOT).entries).toEqual([]);
  });

  test('where nobody is asked, nothing is offered', async () => {
    const everyone = start();
    await everyone.override({ location: 'ssh-keys', others: 'deny' }, PEER);
    everyone.sighted(seen());
    expect(everyone.inbox(PEER).entries).toEqual([]);
  });

  test('the longest names are told as well', () => {
    const everyone = start();
    const program = `/${'x'.repeat(4095)}`;
    everyone.sighted(seen({ program, script: program }));
    expect(METHODS['everyone.inbox'].result.safeParse(everyone.inbox(PEER)).success).toBe(true);
  });

  test('what cannot be told is left out', () => {
    const everyone = start();
    everyone.sighted(seen({ program: 'no path' }));
    everyone.sighted(seen({ location: '../x' }));
    everyone.sighted(seen({ count: 0 }));
    expect(everyone.inbox(PEER).entries).toEqual([]);
    expect(troubles).toHaveLength(3);
  });
});

import { expect, test } from 'vitest';
import type { DesktopState } from '../../core/protocol/desktop.ts';
import { everyoneState } from '../../core/protocol/everyone.ts';
import { sampleEveryone } from '../../core/protocol/testing/samples.ts';
import { connected, initialState } from './state.ts';
import { question, sessionOf, snapshotOf } from './testing/told.ts';
import { trayStatus } from './tray-status.ts';

const NOW = '2026-01-01T00:00:00Z';
const about = { version: '0.1.0', runtime: 'Electron 33' };
const state = (
  more: Parameters<typeof snapshotOf>[0] = {},
  answering: DesktopState['answering'] = { state: 'possible' },
) => connected(initialState({ ...about, answering }), snapshotOf(more), NOW);

test('only a helper that enforces looks protected', () => {
  expect(trayStatus(state({ sessions: [sessionOf('s-1')] }))).toEqual({
    state: 'protected',
    line: 'Enforcing; 1 agent is held to its manifest',
    waiting: 0,
  });
  const off = { state: 'not-enforcing', kernel: '6.12', reason: 'no' } as const;
  expect(trayStatus(state({ enforcement: off })).state).toBe('not-enforcing');
  const trouble = { message: 'm', remedy: 'r' };
  for (const link of [
    { state: 'connecting' },
    { state: 'absent', ...trouble },
    { state: 'lost', since: NOW, ...trouble },
    { state: 'incompatible', ...trouble },
    { state: 'denied', ...trouble },
  ] as const) {
    const { state: shown, line } = trayStatus({ ...state(), link });
    expect(shown, link.state).toBe('helper-lost');
    expect(line).not.toMatch(/enforcing|protected/i);
  }
});

test('an agent that is not held to its rules never looks protected', () => {
  const audited = { ...sessionOf('s-1'), mode: 'audit' } as const;
  const permissive = { ...sessionOf('s-2'), mode: 'permissive' } as const;
  const says = 'AUDIT: not enforcing, 1 of 1 agent';
  expect(trayStatus(state({ sessions: [audited] }))).toEqual({ state: 'audited', line: says, waiting: 0 });
  expect(trayStatus(state({ sessions: [permissive, sessionOf('s-3')] }))).toMatchObject({
    state: 'audited',
    line: 'PERMISSIVE: not enforcing what is undeclared, 1 of 2 agents',
  });
  expect(trayStatus(state({ sessions: [permissive, audited] })).line).toBe('AUDIT: not enforcing, 2 of 2 agents');
  const ended = { ...audited, endedAt: NOW };
  expect(trayStatus(state({ sessions: [ended, sessionOf('s-2')] }))).toMatchObject({
    state: 'protected',
    line: 'Enforcing; 1 agent is held to its manifest',
  });
  // A question comes before it, and no line there says that all are held.
  expect(trayStatus(state({ sessions: [audited], approvals: [question(1)] })).state).toBe('asking');
  const viewOnly = { state: 'view-only', reason: 'not installed' } as const;
  expect(trayStatus(state({ sessions: [audited] }, viewOnly))).toMatchObject({
    state: 'view-only',
    line: `${says}; this copy only looks on`,
  });
});

test('a mode that is set looks unprotected before an agent runs, and no longer once it is over or overruled', () => {
  const setting = { mode: 'audit', since: NOW, until: NOW, ended: false } as const;
  const forClaude = { machine: null, agents: [{ agent: 'claude', ...setting }] };
  expect(trayStatus(state({ modes: forClaude }))).toMatchObject({
    state: 'audited',
    line: 'AUDIT: not enforcing, as soon as an agent runs that it is set for',
  });
  const over = { machine: null, agents: [{ agent: 'claude', ...setting, ended: true }] };
  expect(trayStatus(state({ modes: over })).state).toBe('protected');
  const overruled = { ...forClaude, machine: { ...setting, mode: 'enforce', until: null } as const };
  expect(trayStatus(state({ modes: overruled })).state).toBe('protected');
});

test('everyone else is said for what they are, and no stage that stops nothing looks protected', () => {
  const everyone = everyoneState.parse(sampleEveryone());
  expect(trayStatus(state({ everyone }))).toMatchObject({
    ...{ state: 'protected', line: 'Enforcing; no agent is running' },
    everyone: { line: 'Everyone else: enforcing', waiting: 0 },
  });
  const learning = { ...everyone, stage: 'learning', until: '2026-01-02T00:00:00Z' } as const;
  const says = /^Agents: enforcing\. Everyone else: LEARNING: not enforcing yet, until 2026-01-0[12] \d\d:00$/;
  expect(trayStatus(state({ everyone: learning }))).toMatchObject({
    state: 'audited',
    line: expect.stringMatching(says),
  });
  expect(trayStatus(state({ everyone: { ...everyone, stage: 'audit' } })).state).toBe('audited');
  expect(trayStatus(state({ everyone: { ...everyone, trouble: 'no policy' } }))).toMatchObject({
    state: 'audited',
    line: 'Agents: enforcing. Everyone else: NOT ENFORCING: no policy',
  });
  const open = { ...everyone, overrides: [{ location: 'ssh-keys', others: 'allow' as const }] };
  expect(trayStatus(state({ everyone: open })).state).toBe('audited');
  const off = { state: 'not-enforcing', kernel: '6.12', reason: 'no' } as const;
  expect(trayStatus(state({ everyone, enforcement: off })).everyone).toBeUndefined();
});

test('questions count', () => {
  expect(trayStatus(state({ approvals: [question(1), question(2)] }))).toEqual({
    state: 'asking',
    line: '2 questions are waiting',
    waiting: 2,
  });
});

test('a copy that only looks on says so, and not enforcing comes before all else', () => {
  const viewOnly = { state: 'view-only', reason: 'not installed' } as const;
  expect(trayStatus(state({ approvals: [question(1)] }, viewOnly)).state).toBe('view-only');
  const off = { state: 'not-enforcing', kernel: '6.12', reason: 'no' } as const;
  expect(trayStatus(state({ enforcement: off, approvals: [question(1)] }, viewOnly)).state).toBe('not-enforcing');
});

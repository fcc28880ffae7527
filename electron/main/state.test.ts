import { expect, test } from 'vitest';
import type { DesktopState } from '../../core/protocol/desktop.ts';
import { desktopState } from '../../core/protocol/desktop.ts';
import { connected, disconnected, happened, initialState } from './state.ts';
import { grantOf, question, sessionOf, snapshotOf } from './testing/told.ts';

const NOW = '2026-01-01T00:01:00Z';
const LOST = { state: 'lost', since: NOW, message: 'lost', remedy: 'wait' } as const;

const begin = (): DesktopState =>
  initialState({ answering: { state: 'possible' }, version: '0.1.0', runtime: 'Electron 33' });
const online = (more = {}) => connected(begin(), snapshotOf(more), NOW);
const ends = (id: number, outcome: 'denied' | 'allowed') =>
  ({
    event: 'approval.ended',
    data: { ...question(id), outcome, by: null },
  }) as const;

test('at first nothing is known, and nothing looks safe', () => {
  expect(begin()).toMatchObject({ link: { state: 'connecting' }, sessions: [], approvals: [], ended: [] });
});

test('a snapshot is taken as it is', () => {
  const state = online({ approvals: [question(1)], grants: [grantOf(1, 9)], sessions: [sessionOf('s-1')] });
  expect(state.link).toEqual({
    state: 'connected',
    helperVersion: '0.1.0',
    enforcement: { state: 'enforcing', kernel: '6.12.0' },
  });
  expect(desktopState.parse(state)).toEqual(state);
});

test('a question that is asked, changes and ends', () => {
  let state = online({ approvals: [question(1)] });
  state = happened(state, { event: 'approval.asked', data: question(2) }, NOW);
  const changed = question(1, { status: { state: 'refused', because: 'timed-out' } });
  state = happened(state, { event: 'approval.asked', data: changed }, NOW);
  expect(state.approvals).toEqual([changed, question(2)]);
  state = happened(state, ends(1, 'denied'), NOW);
  expect(state.approvals).toEqual([question(2)]);
  expect(state.ended).toEqual([{ request: changed, outcome: 'denied', endedAt: NOW }]);
});

test('the end of a question that nobody knows changes nothing', () => {
  const state = online();
  expect(happened(state, ends(5, 'allowed'), NOW)).toBe(state);
});

test('what ended is kept newest first, and not without bound', () => {
  let state = online();
  for (let id = 1; id <= 25; id++) {
    state = happened(state, { event: 'approval.asked', data: question(id) }, NOW);
    state = happened(state, ends(id, 'denied'), NOW);
  }
  expect(state.ended.map(({ request }) => Number(request.id))).toEqual(Array.from({ length: 20 }, (_, at) => 25 - at));
});

test('grants and sessions come and go', () => {
  let state = online();
  state = happened(state, { event: 'grant.made', data: grantOf(1, 1) }, NOW);
  state = happened(state, { event: 'session.started', data: sessionOf('s-1') }, NOW);
  expect([state.grants.length, state.sessions.length]).toEqual([1, 1]);
  state = happened(state, { event: 'grant.ended', data: grantOf(1, 1) }, NOW);
  state = happened(state, { event: 'session.ended', data: sessionOf('s-1') }, NOW);
  expect([state.grants, state.sessions]).toEqual([[], []]);
});

test('enforcement that ends shows at once', () => {
  const enforcement = { state: 'not-enforcing', kernel: '6.12.0', reason: 'switched off' } as const;
  expect(happened(online(), { event: 'status', data: { enforcement } }, NOW).link).toMatchObject({ enforcement });
  expect(happened(begin(), { event: 'status', data: { enforcement } }, NOW).link).toEqual({ state: 'connecting' });
});

test('without a helper nothing waits and nothing is granted; what waited is told', () => {
  const state = disconnected(
    online({ approvals: [question(1)], grants: [grantOf(1, 9)], sessions: [sessionOf('s-1')] }),
    LOST,
    NOW,
  );
  expect(state).toMatchObject({ link: LOST, approvals: [], grants: [], sessions: [{ id: 's-1' }] });
  expect(state.ended).toEqual([{ request: question(1), outcome: 'guard-unavailable', endedAt: NOW }]);
});

test('a restarted helper that has taken the question up again: it waits, and has not ended', () => {
  const lost = disconnected(online({ approvals: [question(1), question(2)] }), LOST, NOW);
  const back = connected(lost, snapshotOf({ approvals: [question(1)] }), NOW);
  expect(back.approvals).toEqual([question(1)]);
  expect(back.ended.map(({ request, outcome }) => [Number(request.id), outcome])).toEqual([[2, 'guard-unavailable']]);
});

test('a snapshot without a question that waited: it is over, by whatever way', () => {
  const state = connected(online({ approvals: [question(1)] }), snapshotOf(), NOW);
  expect(state.approvals).toEqual([]);
  expect(state.ended).toMatchObject([{ outcome: 'guard-unavailable' }]);
});

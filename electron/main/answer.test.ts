import { beforeEach, expect, test } from 'vitest';
import type { CallError, HelperClient } from '../../client/index.ts';
import { ARM_MS, type DesktopState, HOLD_MS, type WindowKind } from '../../core/protocol/desktop.ts';
import type { Result } from '../../core/result.ts';
import { answerCall, shownCall } from './answer.ts';
import { Consent, LEAST_MOVES } from './consent.ts';
import { connected, initialState } from './state.ts';
import { question, snapshotOf } from './testing/told.ts';

const asked = question(1);
const other = question(2);

let now: number;
let visible: boolean;
let decided: unknown[];
let titles: string[];
let consent: Consent;
let answering: DesktopState['answering'];

beforeEach(() => {
  now = 1000;
  visible = true;
  decided = [];
  titles = [];
  consent = new Consent(() => 'KP');
  answering = { state: 'possible' };
});

const client = {
  async call(method: string, params: unknown): Promise<Result<unknown, CallError>> {
    decided.push([method, params]);
    return { ok: true, value: { outcome: 'allowed', grant: null } };
  },
} as unknown as HelperClient;

function parts(helper: HelperClient | null = client) {
  const first = initialState({ answering, version: '0', runtime: '' });
  return {
    state: () => connected(first, snapshotOf({ approvals: [asked, other] }), '2026-01-01T00:00:00Z'),
    client: () => helper,
    consent,
    prompt: {
      get isVisible() {
        return visible;
      },
      name: (title: string) => void titles.push(title),
    },
    now: () => now,
  };
}

const shown = (kind: WindowKind = 'prompt') => shownCall(parts(), { id: asked.id }, { kind });
const answer = (option: 'deny' | 'allow-once' | 'allow-rule', kind: WindowKind = 'prompt', id = asked.id) =>
  answerCall(parts(), { id, option }, { kind });

const wait = (milliseconds: number): void => {
  now += milliseconds;
};

/** What the browser process sees when a person holds Allow. */
function hold(): void {
  now += ARM_MS;
  for (let count = 0; count < LEAST_MOVES; count++) consent.move(true);
  consent.press(true, now);
  now += HOLD_MS;
  consent.release(true, now);
}

test('deny is passed on from any window, with no hand at all', async () => {
  expect(await answer('deny', 'main')).toMatchObject({ ok: true });
  expect(decided).toEqual([['approvals.decide', { id: 1, option: 'deny' }]]);
});

test('a held Allow is passed on once', async () => {
  expect(shown()).toEqual({ ok: true, value: { code: 'KP', armsInMs: ARM_MS } });
  expect(titles).toEqual(['release-notes asks: read /home/dev/.aws/credentials — Ringfence']);
  hold();
  expect(await answer('allow-once')).toEqual({ ok: true, value: { outcome: 'allowed' } });
  expect(await answer('allow-once')).toMatchObject({ ok: false, error: { code: 'no-hand' } });
  expect(decided).toEqual([['approvals.decide', { id: 1, option: 'allow-once' }]]);
});

const hide = (): void => {
  visible = false;
};
const onlyLook = (): void => {
  answering = { state: 'view-only', reason: 'not installed' };
};
const allow = () => answer('allow-once');

test.each([
  ['without any input', [shown], allow, 'not-armed'],
  ['armed, without a hand', [shown, () => wait(ARM_MS)], allow, 'no-hand'],
  ['never shown', [() => wait(ARM_MS)], allow, 'not-shown'],
  ['held for another question', [shown, hold], () => answer('allow-once', 'prompt', other.id), 'not-shown'],
  ['from the main window', [shown, hold], () => answer('allow-once', 'main'), 'not-shown'],
  ['shown by the main window', [() => shown('main'), hold], allow, 'not-shown'],
  ['the window is hidden', [shown, hold, hide], allow, 'not-shown'],
  ['an option that is not offered', [shown, hold], () => answer('allow-rule'), 'not-offered'],
  ['a copy that only looks on', [shown, hold, onlyLook], allow, 'view-only'],
])('%s: nothing reaches the helper', async (_name, before, ask, code) => {
  for (const step of before) step();
  expect(await ask()).toMatchObject({ ok: false, error: { code } });
  expect(decided).toEqual([]);
});

test('without a helper the answer says so', async () => {
  expect(await answerCall(parts(null), { id: asked.id, option: 'deny' }, { kind: 'prompt' })).toMatchObject({
    ok: false,
    error: { code: 'no-helper' },
  });
});

test('a question that is over is not shown', () => {
  expect(shownCall(parts(), { id: question(9).id }, { kind: 'prompt' })).toMatchObject({
    ok: false,
    error: { code: 'too-late' },
  });
});

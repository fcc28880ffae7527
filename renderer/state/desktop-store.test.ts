import { expect, test } from 'vitest';
import type { DesktopBridge, DesktopState } from '../../core/protocol/desktop.ts';
import { SCENES } from '../testing/scenes.ts';
import { createDesktopStore } from './desktop-store.ts';

const OLD = SCENES['approvals-empty'].state;
const NEW = SCENES['approvals-busy'].state;

function bridge(answer: Promise<unknown>) {
  let hear: (state: DesktopState) => void = () => {};
  const made = {
    call: () => answer,
    listen: (_: string, told: typeof hear) => {
      hear = told;
      return () => {};
    },
  } as unknown as DesktopBridge;
  return { made, tell: (state: DesktopState) => hear(state) };
}

test('the answer is the state until an event brings a newer one', async () => {
  const { made, tell } = bridge(Promise.resolve({ ok: true, value: OLD }));
  const store = createDesktopStore(made);
  expect(store.read()).toEqual({ is: 'loading' });
  let changes = 0;
  store.subscribe(() => changes++);
  await Promise.resolve();
  expect(store.read()).toEqual({ is: 'known', state: OLD });
  tell(NEW);
  expect(store.read()).toEqual({ is: 'known', state: NEW });
  expect(changes).toBe(2);
});

test('an answer that comes after an event is old', async () => {
  const { made, tell } = bridge(Promise.resolve({ ok: true, value: OLD }));
  const store = createDesktopStore(made);
  tell(NEW);
  await Promise.resolve();
  expect(store.read()).toEqual({ is: 'known', state: NEW });
});

test('a failure is said, and forgotten once there is a state', async () => {
  const error = { code: 'x', message: 'main does not answer' };
  const { made, tell } = bridge(Promise.resolve({ ok: false, error }));
  const store = createDesktopStore(made);
  await Promise.resolve();
  expect(store.read()).toEqual({ is: 'failed', error });
  tell(NEW);
  expect(store.read().is).toBe('known');
});

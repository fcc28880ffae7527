import { afterEach, expect, test } from 'vitest';
import type { HelperClient } from '../../client/index.ts';
import { type ScriptedHelper, scriptedHelper } from '../../client/testing/scripted-helper.ts';
import type { Link } from '../../core/protocol/desktop.ts';
import { HelperLink, linkAfter } from './helper-link.ts';
import { question } from './testing/told.ts';

type Seen = { connected: HelperClient } | { happened: string } | { disconnected: Link['state'] };

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function helper(script: object = {}): Promise<ScriptedHelper> {
  const made = await scriptedHelper(script);
  open.push(() => made.stop());
  return made;
}

function follow(path: string, distrust?: () => string | null) {
  const seen: Seen[] = [];
  let wake: () => void = () => undefined;
  const put = (event: Seen) => {
    seen.push(event);
    wake();
  };
  const place = { path, ofMachine: false };
  const link = new HelperLink(
    { place, version: '0.0.0', ...(distrust ? { distrust } : {}) },
    {
      connected: (connected) => put({ connected }),
      happened: ({ event }) => put({ happened: event }),
      disconnected: ({ state }) => put({ disconnected: state }),
    },
  );
  open.push(() => link.stop());
  link.start();
  const next = async (): Promise<Seen> => {
    while (seen.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return seen.shift() as Seen;
  };
  return { link, next };
}

test('snapshot, then events', async () => {
  const { socketPath, emit } = await helper({ approvals: [question(1)] });
  const { next, link } = follow(socketPath);
  expect(await next()).toMatchObject({ connected: { snapshot: { approvals: [{ id: 1 }] } } });
  expect(link.client).not.toBeNull();
  emit('approval.asked', question(2));
  expect(await next()).toEqual({ happened: 'approval.asked' });
});

test('a helper that dies and one that is not there yet', async () => {
  const first = await helper();
  const { next, link } = follow(first.socketPath);
  expect(await next()).toHaveProperty('connected');
  first.kill();
  expect(await next()).toEqual({ disconnected: 'lost' });
  expect(link.client).toBeNull();
  // it looks again by itself, and goes on saying that it was there
  expect(await next()).toEqual({ disconnected: 'lost' });
});

test('none at all', async () => {
  expect(await follow('/nowhere/control.sock').next()).toEqual({ disconnected: 'absent' });
});

test('a place that is not root’s is not spoken to', async () => {
  const { socketPath, reports } = await helper();
  expect(await follow(socketPath, () => 'not root’s').next()).toEqual({ disconnected: 'denied' });
  expect(reports()).toBe('');
});

test('after stop nothing is heard', async () => {
  const { socketPath } = await helper();
  const { link, next } = follow(socketPath);
  link.stop();
  const late = await Promise.race([next(), new Promise((resolve) => setTimeout(() => resolve('silence'), 400))]);
  expect(late).toBe('silence');
});

test('each way of failing has its name', () => {
  const error = { message: 'm', remedy: 'r' };
  const stateOf = (
    code: 'not-running' | 'incompatible' | 'forbidden' | 'no-answer' | 'lost',
    since: string | null = null,
  ) => linkAfter({ ...error, code }, since).state;
  expect(stateOf('not-running')).toBe('absent');
  expect(stateOf('not-running', '2026-01-01T00:00:00Z')).toBe('lost');
  expect(stateOf('incompatible')).toBe('incompatible');
  expect(stateOf('forbidden')).toBe('denied');
  expect(stateOf('no-answer')).toBe('lost');
  expect(stateOf('lost')).toBe('lost');
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SESSION_PROXY } from '../entry-points.ts';
import { ProxyProcess } from './proxy-process.ts';
import { ServingProxy } from './serving-proxy.ts';

const LAUNCH = { program: SESSION_PROXY, user: null, readyWithin: 60_000 };
const AUTHORIZATION = 'Basic x';
const PATIENCE = { timeout: 60_000, interval: 100 };

/** The status of its answer for a name; null: nobody listens. */
async function ask(port: number, host: string): Promise<string | null> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\nProxy-Authorization: ${AUTHORIZATION}\r\n\r\n`);
  try {
    const [chunk] = await once(socket, 'data');
    return String(chunk).split(' ')[1] ?? '';
  } catch {
    return null;
  }
}

test('one that dies comes back at its port and serves the same names; ended it stays away', async () => {
  const process = new ProxyProcess(LAUNCH);
  const listening = await process.listen(0, AUTHORIZATION, LAUNCH.readyWithin);
  const port = listening.ok ? listening.value : 0;
  const lost: string[] = [];
  const refused: string[] = [];
  const duty = {
    place: { port, authorization: AUTHORIZATION },
    // refused for where it leads, not for its name
    names: [{ name: 'localhost', ports: { low: 443, high: 443 }, effect: 'allow' as const }],
    refused: ({ message }: { message: string }) => refused.push(message),
    lost: (why: string) => lost.push(why),
  };
  const proxy = new ServingProxy(LAUNCH, duty, process);
  expect(await ask(port, 'localhost')).toBe('403');
  expect(refused[0]).toContain('not public');
  process.end();
  await expect.poll(() => ask(port, 'localhost'), PATIENCE).toBe(null);
  await expect.poll(() => lost).toEqual(['it has ended']);
  await expect.poll(() => ask(port, 'localhost'), PATIENCE).toBe('403');
  expect(refused[1]).toBe(refused[0]);
  proxy.end();
  await expect.poll(() => ask(port, 'localhost'), PATIENCE).toBe(null);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(await ask(port, 'localhost')).toBe(null);
  expect(lost).toHaveLength(1);
}, 120_000);

test('one that talks without end is ended, not remembered', async () => {
  const process = new ProxyProcess({ ...LAUNCH, program: join(import.meta.dirname, 'testing/babbler.ts') });
  await new Promise<void>((ended) => process.onEnded(ended));
}, 30_000);

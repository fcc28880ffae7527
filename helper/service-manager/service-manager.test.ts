import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { kernel } from '../../native/kernel/index.ts';
import { serviceManager } from './service-manager.ts';

afterEach(() => vi.useRealTimers());

const quiet = (message: string) => expect.unreachable(message);

test('the event loop shows that it lives often enough, once rules are in force and until the end', () => {
  vi.useFakeTimers();
  const said: string[] = [];
  const environment = { NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '8000000', WATCHDOG_PID: String(process.pid) };
  const manager = serviceManager(quiet, environment, (_, state) => void said.push(state));
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
  manager.ready('enforcing');
  vi.advanceTimersByTime(8000);
  expect(said).toEqual(['READY=1\nSTATUS=enforcing', ...Array.from({ length: 4 }, () => 'WATCHDOG=1')]);
  manager.stopping();
  vi.advanceTimersByTime(60_000);
  expect(said.slice(5).map((state) => state.split('\n')[0])).toEqual(['STOPPING=1']);
});

test.each([
  [{ NOTIFY_SOCKET: '/x' }, 1],
  [{ NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' }, 1],
  [{ WATCHDOG_USEC: '1000' }, 0],
  [{ NOTIFY_SOCKET: '', WATCHDOG_USEC: '1000' }, 0],
])('%j: nobody waits for signs of life', (environment, expected) => {
  vi.useFakeTimers();
  const said: string[] = [];
  serviceManager(quiet, environment, (_, state) => void said.push(state)).ready('');
  vi.advanceTimersByTime(60_000);
  expect(said).toHaveLength(expected);
});

test('a service manager that does not listen is told of once, and stops nothing', () => {
  const troubles: string[] = [];
  const environment = { NOTIFY_SOCKET: '/nonexistent/socket' };
  const manager = serviceManager((message) => void troubles.push(message), environment);
  manager.ready('');
  manager.stopping();
  expect(troubles).toEqual([expect.stringMatching(/ENOENT|No such file/)]);
});

/** Node has no Unix datagram sockets. */
const RECEIVER = `import socket, sys
one = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
one.bind(sys.argv[1].replace('@', '\\0'))
print('bound', flush=True)
print(one.recv(4096).decode(), flush=True)`;

test.each(['path', 'abstract'])('a message arrives at a socket: %s', async (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  const address = kind === 'path' ? join(folder, 'socket') : `@${folder}`;
  const receiver = spawn('python3', ['-c', RECEIVER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  let heard = '';
  receiver.stdout.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
  });
  const ended = once(receiver, 'close');
  await once(receiver.stdout, 'data');
  kernel.notifyServiceManager(address, 'READY=1\nSTATUS=enforcing');
  await ended;
  rmSync(folder, { recursive: true });
  expect(heard).toBe('bound\nREADY=1\nSTATUS=enforcing\n');
});

test('an address that cannot be one is refused', () => {
  expect(() => kernel.notifyServiceManager('x'.repeat(200), '')).toThrow(/Invalid argument/);
  expect(() => kernel.notifyServiceManager('', '')).toThrow(/Invalid argument/);
});

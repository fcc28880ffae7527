import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { Bystander } from './bystander.ts';
import { Collector } from './collector.ts';

const PORT = 29_998;

test('the collector notes what comes by either address and by datagrams, and serves', async () => {
  const collector = await Collector.start(PORT, { '/setup.sh': 'echo served' });
  const served = await fetch(`http://127.0.0.1:${PORT}/setup.sh`);
  expect(await served.text()).toBe('echo served');
  await fetch(`http://[::1]:${PORT}/post`, { method: 'POST', body: 'a secret' });
  const socket = createSocket('udp4');
  socket.send('a datagram', PORT, '127.0.0.1');
  await vi.waitFor(() => expect(collector.collected).toHaveLength(3));
  expect(collector.collected).toEqual(['GET /setup.sh ', 'POST /post a secret', 'a datagram']);
  socket.close();
  await collector.end();
});

test('the bystander signs, keeps a secret in its environment, and is missed when it is gone', async () => {
  const runtime = mkdtempSync(join(tmpdir(), 'runtime-'));
  const secrets = { bystander: 'CANARY-environment', signature: 'CANARY-signature' };
  const bystander = await Bystander.start(process.getuid?.() ?? 0, runtime, secrets);
  const socket = connect(join(runtime, 'keyring/ssh'));
  socket.write('sign\n');
  expect(await text(socket)).toBe('CANARY-signature');
  const pid = Number(readFileSync(join(runtime, 'bystander.pid'), 'utf8'));
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain('CANARY-environment');
  expect(bystander.isThere).toBe(true);
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(bystander.isThere).toBe(false));
  await bystander.end();
  rmSync(runtime, { recursive: true });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { descriptorOf } from './control/descriptor.ts';
import { releasePeer } from './control/peer.ts';
import { identifyPeer, stillLives } from './identify-peer.ts';

/** Connects and stays. */
const CALLER = `
require('node:net').connect(process.argv[1]);
`;

let folder: string;
let server: Server;
let child: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'identify-'));
  server = createServer();
});

afterEach(() => {
  child.kill('SIGKILL');
  server.close();
  rmSync(folder, { recursive: true });
});

async function caller(): Promise<number> {
  const path = join(folder, 'socket');
  server.listen(path);
  await once(server, 'listening');
  child = spawn(process.execPath, ['-e', CALLER, path], { stdio: 'ignore' });
  const [socket] = (await once(server, 'connection')) as [Socket];
  const fd = descriptorOf(socket);
  if (fd === null) throw new Error('no descriptor');
  return fd;
}

test('a caller is known by what it ran when it connected, and as long as it lives', async () => {
  const identified = await identifyPeer(null)(await caller());
  if (!identified.ok) throw new Error(identified.error.message);
  const peer = identified.value;
  const { dev: device, ino: inode } = statSync(process.execPath, { bigint: true });
  expect(peer).toMatchObject({ pid: child.pid, uid: process.getuid?.(), session: null });
  expect(peer.atConnect).toEqual({ startTicks: expect.stringMatching(/^\d+$/), executable: { device, inode } });
  expect(stillLives(peer)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(stillLives(peer)).toBe(false);
  expect(stillLives({ ...peer, pidfd: null })).toBe(false);
  releasePeer(peer);
});

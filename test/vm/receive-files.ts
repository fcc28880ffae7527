import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { findProgram } from './programs.ts';

/** Unpacks the archive that the guest sends into `directory`; tar keeps every entry below it. */
export async function receiveFiles(socket: Socket, directory: string | undefined): Promise<void> {
  if (directory === undefined) {
    socket.resume();
    return;
  }
  mkdirSync(directory, { recursive: true });
  const parameters = ['-x', '-f', '-', '-C', directory, '--no-same-owner', '--no-same-permissions'];
  const tar = spawn(findProgram('tar'), parameters, { stdio: ['pipe', 'ignore', 'ignore'] });
  // A guest that ends early sends half an archive: its end is told by the guest's exit, not here.
  tar.stdin.on('error', () => undefined);
  socket.pipe(tar.stdin);
  await once(tar, 'close');
}

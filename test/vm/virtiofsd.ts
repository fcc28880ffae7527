import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuestError } from './guest-error.ts';
import { findProgram } from './programs.ts';

/** The program that shows this machine's files to the guest; `stop` ends it if the guest's end has not. */
export type FileServer = { pid: number; stop: () => void };

const START_MS = 10_000;

/** @throws GuestError `virtiofsd-failed` */
export async function startVirtiofsd(socket: string): Promise<FileServer> {
  const command = virtiofsdCommand(socket, process.getuid?.() === 0);
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  let messages = '';
  let ended = false;
  child.stderr.on('data', (chunk: Buffer) => {
    messages = (messages + chunk.toString()).slice(-4000);
  });
  child.on('error', () => {
    ended = true;
  });
  child.on('close', () => {
    ended = true;
  });
  for (const start = Date.now(); !existsSync(socket); await sleep(20)) {
    if (!ended && Date.now() - start < START_MS) continue;
    child.kill('SIGKILL');
    throw failed(messages.trim());
  }
  return { pid: child.pid ?? 0, stop: () => void child.kill('SIGKILL') };
}

/** Ends with this process (`--pdeathsig`). Without root it gets a user namespace, where it may chroot all the same. */
export function virtiofsdCommand(socket: string, isRoot: boolean): string[] {
  const withParent = [findProgram('setpriv'), '--pdeathsig', 'KILL'];
  const namespace = isRoot ? [] : [findProgram('unshare'), '--user', '--map-root-user'];
  const options = ['-f', '-o', 'source=/', '-o', 'cache=always', '-o', 'sandbox=chroot', '-o', 'log_level=err'];
  return [...withParent, ...namespace, findProgram('virtiofsd'), `--socket-path=${socket}`, ...options];
}

function failed(messages: string): GuestError {
  return new GuestError(
    'virtiofsd-failed',
    `virtiofsd, which shows this machine's programs to the guest, did not start: ${messages || 'no message'}.`,
    'Run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, ' +
      'kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu).',
  );
}

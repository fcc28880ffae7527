import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuestError } from './guest-error.ts';
import { type View, viewScript } from './machine-view.ts';
import { findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';

/** The program that shows this machine's files to the guest; ended, if the guest's end has not, when it is disposed of. */
export type FileServer = AsyncDisposable;

/**
 * What the guest's own root could come by: `view` is held by this machine's kernel, `whole` (where that allows no mount
 * namespace, as in a plain container) only by what the guest mounts.
 */
export type Exposure = 'view' | 'whole';

const START_MS = 60_000;

export async function findExposure(isRoot: boolean): Promise<Exposure> {
  const namespace = mountNamespace(isRoot);
  const probe = await runProgram(namespace[0] ?? '', [...namespace.slice(1), 'mount', '-t', 'tmpfs', 'probe', '/mnt']);
  return probe.status === 0 ? 'view' : 'whole';
}

/** @throws GuestError `virtiofsd-failed` */
export async function startVirtiofsd(
  socket: string,
  view: View,
  exposure: Exposure,
  isRoot: boolean,
): Promise<FileServer> {
  const command = virtiofsdCommand(socket, view, exposure, isRoot);
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  let messages = '';
  let ended = false;
  child.stderr.on('data', (chunk: Buffer) => {
    messages = (messages + chunk.toString()).slice(-4000);
  });
  const end = new Promise<void>((resolve) => {
    const finish = () => {
      ended = true;
      resolve();
    };
    child.once('close', finish).once('error', finish);
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await end;
    if (exposure === 'whole') rmSync(pidFile(socket), { force: true });
  };
  for (const start = Date.now(); !existsSync(socket); await sleep(10)) {
    if (!ended && Date.now() - start < START_MS) continue;
    await stop();
    throw failed(messages.trim());
  }
  return { [Symbol.asyncDispose]: stop };
}

export function virtiofsdCommand(socket: string, view: View, exposure: Exposure, isRoot: boolean): string[] {
  const source = exposure === 'view' ? view.directory : '/';
  const options = ['-f', '-o', `source=${source}`, '-o', 'cache=always', '-o', 'sandbox=chroot', '-o', 'log_level=err'];
  // Ends with this process; set last, since the kernel forgets it when a namespace changes the rights.
  const withParent = [findProgram('setpriv'), '--pdeathsig', 'KILL'];
  const server = [...withParent, findProgram('virtiofsd'), `--socket-path=${socket}`, ...options];
  if (exposure === 'view') return [...mountNamespace(isRoot), '/bin/sh', '-c', viewScript(view, server)];
  // Without root it gets a user namespace, where it may chroot all the same.
  return isRoot ? server : [findProgram('unshare'), '--user', '--map-root-user', ...server];
}

/** What virtiofsd leaves behind when it is not given a /run of its own. */
export function pidFile(socket: string): string {
  return `/run/virtiofsd/${socket.replaceAll('/', '.')}.pid`;
}

function mountNamespace(isRoot: boolean): string[] {
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  return [findProgram('unshare'), ...user, '--mount', '--propagation', 'private'];
}

function failed(messages: string): GuestError {
  return new GuestError(
    'virtiofsd-failed',
    `virtiofsd, which shows this machine's programs to the guest, did not start: ${messages || 'no message'}.`,
    'Run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, ' +
      'on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0).',
  );
}

/** Who has connected: credentials of the socket, and the label of the process in the kernel side. */
import { closeSync } from 'node:fs';
import { protocolError } from '../core/protocol/errors.ts';
import type { Pid, Uid } from '../core/protocol/scalars.ts';
import { failure, success } from '../core/result.ts';
import { kernel } from '../native/kernel/index.ts';
import { Callers } from './approval/callers.ts';
import type { IdentifyPeer, Peer } from './control/peer.ts';
import type { Sessions } from './session/sessions.ts';

/** Without sessions nothing is labelled. */
export function identifyPeer(sessions: Sessions | null): IdentifyPeer {
  const callers = new Callers();
  return async (fd) => {
    let pidfd: number | null = null;
    try {
      const { pid, uid, gid } = kernel.peerCredentials(fd);
      // opened first: from here on the number cannot pass to another process
      pidfd = kernel.openPidfd(pid);
      const session = sessions?.labelOf(pid) ?? null;
      const atConnect = callers.stamp(pid);
      return success({ pid: pid as Pid, uid: uid as Uid, gid, pidfd, session, atConnect });
    } catch (error) {
      if (pidfd !== null) closeSync(pidfd);
      const message = error instanceof Error ? error.message : String(error);
      return failure(protocolError('peer-unknown', `the kernel would not say who is calling: ${message}`));
    }
  };
}

/** Whether the process that connected still runs: signal 0 asks (kill(2)), and its descriptor cannot mean another one. */
export function stillLives({ pidfd }: Peer): boolean {
  if (pidfd === null) return false;
  try {
    kernel.signalPidfd(pidfd, 0);
    return true;
  } catch {
    return false;
  }
}

import { closeSync } from 'node:fs';
import type { ProtocolError } from '../../core/protocol/errors.ts';
import type { Pid, SessionId, Uid } from '../../core/protocol/scalars.ts';
import type { Result } from '../../core/result.ts';

/** A process at one moment. */
export type ProcessStamp = {
  /** Field 22 of /proc/PID/stat. */
  readonly startTicks: string;
  /** What it runs, by identity; null: that cannot be read. */
  readonly executable: { readonly device: bigint; readonly inode: bigint } | null;
};

/** Who is at the other end of a connection, as the kernel says, never as the peer says. */
export type Peer = {
  readonly pid: Pid;
  readonly uid: Uid;
  readonly gid: number;
  /** Holds the process in place while the connection lives; closed with it. null: the kernel has none to give. */
  readonly pidfd: number | null;
  /** The session whose label the peer's task carries, whatever its uid; null: it is no agent. */
  readonly session: SessionId | null;
  /** The process when it connected; null: it had ended by then, or nobody looked. */
  readonly atConnect: ProcessStamp | null;
};

/** Asks the kernel about the socket `fd`. An error refuses the peer. */
export type IdentifyPeer = (fd: number) => Promise<Result<Peer, ProtocolError>>;

/** Root sees and may ask everything. */
export function isRoot(peer: Peer): boolean {
  return peer.uid === 0;
}

/** Lets go of the process. Once, when its connection ends. */
export function releasePeer(peer: Peer): void {
  if (peer.pidfd !== null) closeSync(peer.pidfd);
}

import type { Answering } from '../../core/protocol/approval.ts';
import type { SessionId } from '../../core/protocol/scalars.ts';
import { isRoot, type Peer } from '../control/peer.ts';
import { Callers } from './callers.ts';
import { whyNotAsMeant, whyNotTheApp } from './click.ts';
import { installedProgram } from './installed-program.ts';

export interface AnsweringOptions {
  /** Where the desktop app is installed. */
  readonly desktops: readonly string[];
  readonly callers?: Callers;
  readonly labelOf: (pid: number) => SessionId | null;
  /** Whether the very process that connected still runs, whatever its number is now. */
  readonly lives: (peer: Peer) => boolean;
}

/** What it takes a peer to allow something. Looked at anew for each answer: a tracer may have come since. */
export function peerAnswering(options: AnsweringOptions): (peer: Peer) => Answering {
  const { callers = new Callers(), ...rest } = options;
  return (peer) => (isRoot(peer) ? 'as-root' : isTheApp(peer, { callers, ...rest }) ? 'by-click' : 'by-password');
}

function isTheApp(peer: Peer, { desktops, callers, labelOf, lives }: Required<AnsweringOptions>): boolean {
  if (peer.session !== null) return false;
  const installed = desktops.map(installedProgram).filter((program) => program !== null);
  const now = installed.length === 0 ? null : callers.identity(peer.pid);
  if (now === null || whyNotTheApp(now, peer, installed) !== null) return false;
  const start = callers.start(peer.pid);
  if (start === null || whyNotAsMeant(start) !== null || labelOf(peer.pid) !== null) return false;
  // last: as it lives, its number has meant no other process all along
  return lives(peer);
}

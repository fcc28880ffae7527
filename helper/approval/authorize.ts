/** Whether a person may do what weakens the guard: root may, anyone else proves to polkit who they are. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { isRoot, type Peer } from '../control/peer.ts';

/** An action of build/polkit/io.ringfence.policy. */
export type Action = 'io.ringfence.approve';

export type Authorize = (peer: Peer, action: Action) => Promise<Result<void, ProtocolError>>;

const PKCHECK = '/usr/bin/pkcheck';
/** Longer than anyone types a password, shorter than forever. */
const PATIENCE_MS = 120_000;

/** Exit codes of pkcheck(1). */
const NOT_AUTHORIZED = 1;
const NO_AGENT = 2;
const DISMISSED = 3;

const AS_ROOT = 'Answer as root: sudo ringfence approvals …';

export interface PolkitOptions {
  readonly pkcheck?: string;
  readonly patienceMs?: number;
  /** Where processes are looked up. */
  readonly proc?: string;
}

/** Asks polkit, which asks the person: one question a user at a time. */
export function polkitAuthorize({
  pkcheck = PKCHECK,
  patienceMs = PATIENCE_MS,
  proc = '/proc',
}: PolkitOptions = {}): Authorize {
  const asking = new Set<number>();
  return async (peer, action) => {
    if (isRoot(peer)) return success(undefined);
    if (!existsSync(pkcheck)) return refuse('polkit is not installed, so nobody but root can be recognised', AS_ROOT);
    if (asking.has(peer.uid)) return refuse('you are being asked to authenticate already', 'Finish that first.');
    const start = startOf(peer.pid, proc);
    if (start === null) return refuse('the process that asks has ended', 'Ask again.');
    asking.add(peer.uid);
    try {
      const subject = `${peer.pid},${start},${peer.uid}`;
      const words = ['--action-id', action, '--process', subject, '--allow-user-interaction'];
      return verdictOf(await run(pkcheck, words, patienceMs));
    } finally {
      asking.delete(peer.uid);
    }
  };
}

function verdictOf(code: number | null): Result<void, ProtocolError> {
  switch (code) {
    case 0:
      return success(undefined);
    case NOT_AUTHORIZED:
      return refuse('authentication failed, or this user may not answer', AS_ROOT);
    case NO_AGENT:
      return refuse(
        'there is nothing here that could ask for your password',
        `On a terminal: ringfence approvals allow ID. ${AS_ROOT}`,
      );
    case DISMISSED:
      return refuse('the authentication was dismissed', 'Answer again and give your password.');
    case null:
      return refuse('the authentication took too long', 'Answer again.');
    default:
      return refuse('polkit did not answer', `Check that polkitd runs. ${AS_ROOT}`);
  }
}

function refuse(message: string, remedy: string): Result<never, ProtocolError> {
  return failure(protocolError('not-authorized', message, { remedy }));
}

/** Field 22 of /proc/PID/stat: with it the number cannot mean another process. */
function startOf(pid: number, proc: string): string | null {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** The exit code; null when it was ended for taking too long. */
function run(program: string, words: readonly string[], patienceMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: 'ignore', env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } });
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.once('error', () => resolve(127));
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

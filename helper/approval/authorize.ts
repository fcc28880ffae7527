/** Whether a person may do what weakens the guard: root may, anyone else proves to polkit who they are. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { HIDDEN } from '../../core/text/hidden.ts';
import { isRoot, type Peer } from '../control/peer.ts';

/** An action of build/polkit/io.ringfence.policy. */
export type Action =
  | 'io.ringfence.approve'
  | 'io.ringfence.sign-manifest'
  | 'io.ringfence.trust-key'
  | 'io.ringfence.audit-session'
  | 'io.ringfence.set-mode'
  | 'io.ringfence.change-everyone'
  | 'io.ringfence.change-starters';

/** `details` fill the places of the action's message, so that the prompt says what it is about. */
export type Authorize = (peer: Peer, action: Action, details?: Details) => Promise<Result<void, ProtocolError>>;
type Details = Readonly<Record<string, string>>;

const PKCHECK = '/usr/bin/pkcheck';
/** Longer than anyone types a password, shorter than forever. */
const PATIENCE_MS = 120_000;

/** Exit codes of pkcheck(1). */
const NOT_AUTHORIZED = 1;
const NO_AGENT = 2;
const DISMISSED = 3;

/** What helps where polkit does not, and what to do after it said no. */
const REMEDIES: Readonly<
  Record<Action, { readonly otherwise: string; readonly again: string; readonly here: string }>
> = {
  'io.ringfence.approve': {
    otherwise: 'Answer as root: sudo ringfence approvals …',
    again: 'Answer again and give your password.',
    here: 'On a terminal: ringfence approvals allow ID.',
  },
  'io.ringfence.sign-manifest': {
    otherwise: 'Sign with a publisher key that root trusts: ringfence manifest sign FILE',
    again: 'Save again and give the password of an administrator.',
    here: 'Start a polkit agent in this desktop session.',
  },
  'io.ringfence.audit-session': {
    otherwise: 'Start it without --audit: then the manifest is enforced.',
    again: 'Start it again and give the password of an administrator.',
    here: 'Start a polkit agent in this desktop session.',
  },
  'io.ringfence.set-mode': {
    otherwise: 'Run it as root: sudo ringfence mode …',
    again: 'Run it again and give the password of an administrator.',
    here: 'On a terminal: ringfence mode …',
  },
  'io.ringfence.change-everyone': {
    otherwise: 'Run it as root: sudo ringfence everyone …',
    again: 'Try again and give the password of an administrator.',
    here: 'On a terminal: ringfence everyone …',
  },
  'io.ringfence.change-starters': {
    otherwise: 'Run it as root: sudo ringfence starters …',
    again: 'Run it again and give the password of an administrator.',
    here: 'On a terminal: ringfence starters …',
  },
  'io.ringfence.trust-key': {
    otherwise: 'Run it as root: sudo ringfence keys …',
    again: 'Run it again and give the password of an administrator.',
    here: 'On a terminal: ringfence keys …',
  },
};

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
  return async (peer, action, details = {}) => {
    if (isRoot(peer)) return success(undefined);
    const { otherwise } = REMEDIES[action];
    if (!existsSync(pkcheck)) return refuse('polkit is not installed, so nobody but root can be recognised', otherwise);
    if (asking.has(peer.uid)) return refuse('you are being asked to authenticate already', 'Finish that first.');
    const start = startOf(peer.pid, proc);
    if (start === null) return refuse('the process that asks has ended', 'Ask again.');
    asking.add(peer.uid);
    try {
      const subject = `${peer.pid},${start},${peer.uid}`;
      const about = Object.entries(details).flatMap(([name, value]) => ['--detail', name, visible(value)]);
      const words = ['--action-id', action, '--process', subject, ...about, '--allow-user-interaction'];
      return verdictOf(await run(pkcheck, words, patienceMs), action);
    } finally {
      asking.delete(peer.uid);
    }
  };
}

function verdictOf(code: number | null, action: Action): Result<void, ProtocolError> {
  const { otherwise, again, here } = REMEDIES[action];
  switch (code) {
    case 0:
      return success(undefined);
    case NOT_AUTHORIZED:
      return refuse('authentication failed, or this user may not do this', otherwise);
    case NO_AGENT:
      return refuse('there is nothing here that could ask for your password', `${here} ${otherwise}`);
    case DISMISSED:
      return refuse('the authentication was dismissed', again);
    case null:
      return refuse('the authentication took too long', again);
    default:
      return refuse('polkit did not answer', `Check that polkitd runs. ${otherwise}`);
  }
}

/**
 * On one line, and nothing in it that a prompt would not draw. Replaced, not written out: a prompt has no colour to tell
 * what is written out from letters that stand there.
 */
function visible(text: string): string {
  return text.replace(HIDDEN, '\ufffd');
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

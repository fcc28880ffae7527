import type { ProtocolError } from '../core/protocol/errors.ts';

/** Why there is no connection to the helper, or no longer one. */
export type ConnectError =
  /** No socket, or nobody behind it. */
  | { readonly code: 'not-running'; readonly message: string; readonly remedy: string }
  /** The kernel forbids the connection; this happens to agents. */
  | { readonly code: 'forbidden'; readonly message: string; readonly remedy: string }
  /** The helper does not want this peer. */
  | { readonly code: 'refused'; readonly message: string; readonly remedy: string; readonly error: ProtocolError }
  /** The two ends are of different versions. */
  | { readonly code: 'incompatible'; readonly message: string; readonly remedy: string }
  /** The helper is there and does not answer. */
  | { readonly code: 'no-answer'; readonly message: string; readonly remedy: string }
  /** The connection broke. */
  | { readonly code: 'lost'; readonly message: string; readonly remedy: string };

const START = 'Start it as root: /opt/ringfence/bin/ringfenced. To see what is wrong: ringfence doctor';
const UPDATE = 'Install the same version of both, then restart the helper.';

/** The error behind a failed `connect(2)`. */
export function socketError(error: NodeJS.ErrnoException, path: string): ConnectError {
  switch (error.code) {
    case 'ENOENT':
      return { code: 'not-running', message: `the helper is not running (no ${path})`, remedy: START };
    case 'ECONNREFUSED':
      return { code: 'not-running', message: `the helper is not running (nobody serves ${path})`, remedy: START };
    case 'EACCES':
    case 'EPERM': {
      const remedy = 'Agents may not speak to the helper: ask from a terminal that no agent has started.';
      return { code: 'forbidden', message: `the kernel forbids the connection to ${path}`, remedy };
    }
    default:
      return lost(error.message);
  }
}

/** The error behind a refused `hello`. */
export function helloError(error: ProtocolError): ConnectError {
  const { message, remedy = 'See the log of the helper.' } = error;
  if (error.code === 'incompatible-version') return { code: 'incompatible', message, remedy };
  return { code: 'refused', message: `the helper refused: ${message}`, remedy, error };
}

export function unreadable(what: string): ConnectError {
  return { code: 'incompatible', message: `the helper's ${what} cannot be read by this version`, remedy: UPDATE };
}

export function noAnswer(milliseconds: number): ConnectError {
  return { code: 'no-answer', message: `the helper did not answer within ${milliseconds} ms`, remedy: START };
}

export function lost(why: string): ConnectError {
  return { code: 'lost', message: `the connection to the helper is lost: ${why}`, remedy: 'Try again.' };
}

/** Entries of `unix_sockets.connect`: a path, an abstract name, or a program that acts for the person. */
import { DEPUTIES, deputyNamed, isDeputyName } from '../policy/deputies.ts';
import { MAX_LOCAL_NAME_BYTES } from '../policy/limits.ts';
import { failure, type Result, success } from '../result.ts';
import { findHiddenCharacter, quoteVisibly } from './hidden-character.ts';
import { checkPathPattern, type SyntaxProblem } from './path-pattern.ts';

export type LocalSocket =
  | { readonly kind: 'path'; readonly pattern: string }
  /** Without the @. `isPrefix`: whatever begins with it. */
  | { readonly kind: 'name'; readonly name: Uint8Array; readonly isPrefix: boolean }
  | { readonly kind: 'deputy'; readonly name: string };

export function parseLocalSocket(text: string): Result<LocalSocket, SyntaxProblem> {
  if (text.startsWith('@')) return abstractName(text);
  if (isDeputyName(text)) return deputy(text);
  const problem = checkPathPattern(text);
  return problem === null ? success({ kind: 'path', pattern: text }) : failure(problem);
}

/** Whether an entry is to name a socket by its path. */
export function isSocketPath(text: string): boolean {
  return !text.startsWith('@') && !isDeputyName(text);
}

function abstractName(text: string): Result<LocalSocket, SyntaxProblem> {
  const hidden = findHiddenCharacter(text);
  if (hidden !== null) return failure({ message: `the name holds ${hidden}`, remedy: 'Remove the character.' });
  const isPrefix = text.endsWith('*');
  const name = new TextEncoder().encode(text.slice(1, isPrefix ? -1 : undefined));
  const shown = quoteVisibly(text);
  if (name.length === 0) {
    const remedy = 'Write the name of the socket behind the @, as ss -x shows it.';
    return failure({ message: `${shown} names no socket`, remedy });
  }
  if (name.length > MAX_LOCAL_NAME_BYTES) {
    const message = `${shown} has more than ${MAX_LOCAL_NAME_BYTES} bytes behind the @`;
    return failure({ message, remedy: 'No socket has such a name: shorten it.' });
  }
  return success({ kind: 'name', name, isPrefix });
}

function deputy(text: string): Result<LocalSocket, SyntaxProblem> {
  const known = deputyNamed(text);
  const shown = quoteVisibly(text);
  if (known === undefined) {
    const names = DEPUTIES.flatMap(({ name, grant }) => (grant === 'never' ? [] : [name])).join(', ');
    const remedy = `Begin a path with / or ~/, an abstract name with @; programs that act for a person are ${names}.`;
    return failure({ message: `${shown} is no path and no program that acts for a person`, remedy });
  }
  if (known.grant !== 'never') return success({ kind: 'deputy', name: text });
  const message = `${shown} is closed to every skill: it lets whoever speaks to it ${known.lets}`;
  return failure({ message, remedy: 'Remove it: no manifest opens it.' });
}

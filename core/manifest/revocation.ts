import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { findHiddenCharacter } from './hidden-character.ts';
import { parseInstant } from './instant.ts';

/** A key that must not be believed any more, whatever it signed and whenever it did. */
export type Revocation = { readonly keyId: string; readonly date: string; readonly reason: string };

const LINE = /^(sha256:[0-9a-f]{64}) (\S+) (.+)$/;
const MAX_REASON = 256;

/**
 * Reads a file of revocations: a line `sha256:<64 hex> <RFC 3339 date> <reason>` for each key; empty lines and lines that begin
 * with # say nothing. The error is a sentence: a list that cannot be read whole is not a list.
 */
export function parseRevocations(text: string): Result<Revocation[], string> {
  const revocations: Revocation[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const revocation = parseLine(line);
    if (revocation === null) {
      return failure(`line ${index + 1} is not "sha256:<64 hex digits> <date, as 2026-12-31T00:00:00Z> <reason>"`);
    }
    revocations.push(revocation);
  }
  return success(revocations);
}

export function formatRevocation({ keyId, date, reason }: Revocation): string {
  return `${keyId} ${date} ${reason}\n`;
}

/** What is wrong with the reason of a revocation; null when nothing is. */
export function checkReason(reason: string): string | null {
  const hidden = findHiddenCharacter(reason);
  if (hidden !== null) return `the reason holds ${hidden}`;
  if (reason === '' || reason.trim() !== reason) return 'the reason is empty, or begins or ends with a space';
  return reason.length > MAX_REASON ? `the reason has more than ${MAX_REASON} characters` : null;
}

function parseLine(line: string): Revocation | null {
  const [, keyId = '', date = '', reason = ''] = LINE.exec(line) ?? [];
  return parseInstant(date) === null || checkReason(reason) !== null ? null : { keyId, date, reason };
}

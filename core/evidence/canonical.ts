import canonicalize from 'canonicalize';
import { failure, type Result, success } from '../result.ts';

/** Why a value has no canonical form. `pointer` is a JSON pointer (RFC 6901) to the place. */
export type CanonicalError = { readonly code: 'not-canonical'; readonly message: string; readonly pointer: string };

/** Deeper values are refused: nothing the product records comes near it. */
export const MAX_RECORD_DEPTH = 16;

/**
 * The one text of a JSON value: RFC 8785 (JCS), narrowed to integers of at most 53 bits so that no two writers ever
 * differ in how they print a number. 64-bit values are strings.
 */
export function canonicalText(value: unknown): Result<string, CanonicalError> {
  const problem = findProblem(value, '', 0);
  if (problem !== null) return failure(problem);
  return success(canonicalize(value) as string);
}

function findProblem(value: unknown, pointer: string, depth: number): CanonicalError | null {
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? null
      : problemAt(pointer, 'a number must be an integer of at most 53 bits');
  if (typeof value === 'string')
    return value.isWellFormed() ? null : problemAt(pointer, 'a text must not hold a lone surrogate');
  if (typeof value !== 'object') return problemAt(pointer, `a ${typeof value} has no JSON form`);
  if (depth >= MAX_RECORD_DEPTH) return problemAt(pointer, `nested deeper than ${MAX_RECORD_DEPTH}`);
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return problemAt(pointer, 'only plain objects and arrays have a JSON form');
  for (const [key, member] of Object.entries(value)) {
    const problem =
      findProblem(member, `${pointer}/${escapePointer(key)}`, depth + 1) ?? findProblem(key, pointer, depth);
    if (problem !== null) return problem;
  }
  return null;
}

function problemAt(pointer: string, message: string): CanonicalError {
  return { code: 'not-canonical', message: `${message} (at ${pointer === '' ? 'the root' : pointer})`, pointer };
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

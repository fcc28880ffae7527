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
  const problem = findProblem(value, 0);
  if (problem === null) return success(canonicalize(value) as string);
  const pointer = problem.path.toReversed().map(escapePointer).join('');
  const message = `${problem.message} (at ${pointer === '' ? 'the root' : pointer})`;
  return failure({ code: 'not-canonical', message, pointer });
}

/** `path`: keys from the inside out. */
type Problem = { readonly message: string; readonly path: string[] };

function findProblem(value: unknown, depth: number): Problem | null {
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'number')
    return isPlainInteger(value) ? null : problem('a number must be an integer of at most 53 bits');
  if (typeof value === 'string') return value.isWellFormed() ? null : problem('a text must not hold a lone surrogate');
  if (typeof value !== 'object') return problem(`a ${typeof value} has no JSON form`);
  if (depth >= MAX_RECORD_DEPTH) return problem(`nested deeper than ${MAX_RECORD_DEPTH}`);
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) {
    return problem('only plain objects and arrays have a JSON form');
  }
  return findInMembers(value as Readonly<Record<string, unknown>>, depth);
}

function findInMembers(value: Readonly<Record<string, unknown>>, depth: number): Problem | null {
  for (const key of Object.keys(value)) {
    const found = findProblem(value[key], depth + 1) ?? findProblem(key, depth);
    if (found === null) continue;
    found.path.push(key);
    return found;
  }
  return null;
}

function isPlainInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function problem(message: string): Problem {
  return { message, path: [] };
}

function escapePointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

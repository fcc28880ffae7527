import { OPERATIONS, type Operation } from '../policy/vocabulary.ts';

/** How people say an operation. */
const VERBS: Readonly<Record<Operation, string>> = {
  read: 'read',
  write: 'write',
  create: 'create',
  delete: 'delete',
  exec: 'run',
  connect: 'connect to',
  listen: 'listen on',
};

/** `read, write and delete`. */
export function verbsOf(operations: readonly Operation[]): string {
  return joinWords(
    OPERATIONS.filter((operation) => operations.includes(operation)).map((operation) => VERBS[operation]),
  );
}

/** `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

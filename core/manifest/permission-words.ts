import type { Operation } from '../policy/vocabulary.ts';

/** How people say an operation, where a manifest lists more than one at once. */
const VERBS: Readonly<Record<Operation, string>> = {
  read: 'read',
  write: 'write',
  create: 'create',
  delete: 'delete',
  exec: 'run',
  connect: 'connect to',
  listen: 'listen on',
};

/** `read, write and delete`; all of changing a file is `change`. */
export function verbsOf(operations: readonly Operation[]): string {
  const changes: readonly Operation[] = ['write', 'create', 'delete'];
  const all = changes.every((one) => operations.includes(one));
  const words = [
    ...operations.filter((one) => !(all && changes.includes(one))).map((one) => VERBS[one]),
    ...(all ? ['write, create and delete'] : []),
  ];
  return joinWords(words);
}

/** `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

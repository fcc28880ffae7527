import { namesOf, type Told } from '../../core/names/history.ts';
import type { AddressRequest } from '../../core/policy/evaluate.ts';
import type { Spending } from '../../core/policy/limits-ledger.ts';
import type { NetworkOperation } from '../../core/policy/vocabulary.ts';
import { type Asking, type Deed, isExchange, SINGLE } from './deed.ts';
import type { Tree } from './tree.ts';
import type { Names } from './world.ts';

const MILLISECONDS = 1000;

/** One thing that a deed is asked about. The first that is not allowed is the deed's answer. */
export type Question =
  | ({ readonly kind: 'object'; readonly names: Names } & Asking)
  | { readonly kind: 'link'; readonly names: Names; readonly other: Names }
  | {
      readonly kind: 'rename';
      readonly names: Names;
      readonly other: Names;
      /** What moves is one. */
      readonly directory: boolean;
      readonly targetExists: boolean;
    }
  | {
      readonly kind: 'address';
      readonly operation: NetworkOperation;
      readonly request: AddressRequest;
      readonly at: number;
    }
  | { readonly kind: 'limit'; readonly spending: Spending };

/** All that a deed is asked about, in order, as things stand. `at`: milliseconds of the monotonic clock. `told`: by name servers, for ever. */
export function questionsOf(deed: Deed, tree: Tree, at: number, told: readonly Told[]): Question[] {
  switch (deed.kind) {
    case 'single': {
      const objects = SINGLE[deed.call]
        .asks(tree.exists(deed.names))
        .map((one): Question => ({ kind: 'object', names: deed.names, ...one }));
      if (deed.call === 'exec') return [{ kind: 'limit', spending: { kind: 'process' } }, ...objects];
      const isDeletion = deed.call === 'unlink' || deed.call === 'rmdir';
      return isDeletion ? [...objects, { kind: 'limit', spending: { kind: 'deletion', at } }] : objects;
    }
    case 'double':
      return questionsOfTwo(deed, tree, at);
    case 'address': {
      const { call: operation, address, port, protocol } = deed;
      const names = namesAt(told, address, at);
      const question: Question = { kind: 'address', operation, request: { address, port, protocol, names }, at };
      // a socket takes its address first, then it listens
      return deed.call === 'listen' ? [question, question] : [question];
    }
    case 'send': {
      const { address, port, bytes } = deed;
      const request = { address, port, protocol: 'udp', names: namesAt(told, address, at) } as const;
      return [
        { kind: 'address', operation: 'connect', request, at },
        { kind: 'limit', spending: { kind: 'bytes', bytes } },
      ];
    }
    case 'fork':
      return [{ kind: 'limit', spending: { kind: 'process' } }];
    case 'reap':
      return [];
  }
}

function namesAt(told: readonly Told[], address: string, at: number) {
  const seconds = at / MILLISECONDS;
  const sofar = told.filter(({ atSeconds }) => atSeconds <= seconds);
  return namesOf(sofar, address, seconds);
}

function questionsOfTwo(deed: Deed & { kind: 'double' }, tree: Tree, at: number): Question[] {
  const { names, other } = deed;
  if (deed.call === 'link') return [{ kind: 'link', names, other }];
  const rename = (from: Names, to: Names): Question => ({
    kind: 'rename',
    names: from,
    other: to,
    directory: tree.isDirectory(from),
    targetExists: tree.exists(to),
  });
  // an exchange is asked about as two renames onto each other
  if (isExchange(deed.call)) return [rename(other, names), rename(names, other)];
  const replaces: Question = { kind: 'limit', spending: { kind: 'deletion', at } };
  return tree.exists(other) ? [rename(names, other), replaces] : [rename(names, other)];
}

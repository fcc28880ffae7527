import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { checkKeyName, type PublicKey, parsePublicKey } from '../../core/manifest/index.ts';
import { CommandError, cannot } from '../manifest/command-error.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import { type KeyOptions, makeChange } from './change.ts';

const MAX_KEY_BYTES = 4096;

export async function addKey(file: string, options: KeyOptions, terminal: Terminal): Promise<number> {
  const text = readKeyFile(file);
  const key = parsePublicKey(text);
  if (!key.ok) throw new CommandError(`${file}: ${key.error.message}`, key.error.remedy);
  const name = nameFor(key.value, options);
  if (options.json !== true) {
    terminal.print(`key   ${key.value.keyId}`);
    terminal.print(`name  ${visible(name)}`);
    terminal.print('Compare the key with what its holder tells you by another way: anyone can write any name.');
  }
  return makeChange(
    {
      ...{ method: 'keys.add', params: { key: text, name } },
      question: `Trust it to sign any skill on this machine?`,
      done: ({ keyId, file: where, changed }) =>
        changed
          ? `The key ${keyId} is trusted (${visible(where)}).`
          : `The key ${keyId} is trusted already (${visible(where)}).`,
    },
    options,
    terminal,
  );
}

/** What the person calls the holder. */
export function nameFor({ name: own }: PublicKey, { name = own }: KeyOptions): string {
  const problem = checkKeyName(name);
  if (problem !== null) throw new CommandError(problem, 'Give a plain one: --name NAME');
  return name;
}

function readKeyFile(path: string): string {
  let open: number | null = null;
  try {
    open = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(open).isFile()) throw new CommandError(`${path} is not a regular file`, 'Name a .pub file.');
    const bytes = Buffer.alloc(MAX_KEY_BYTES + 1);
    const length = readSync(open, bytes, 0, bytes.length, 0);
    if (length > MAX_KEY_BYTES) throw new CommandError(`${path} is too large for a key`, 'Name a .pub file.');
    return bytes.toString('utf8', 0, length);
  } catch (thrown) {
    if (thrown instanceof CommandError) throw thrown;
    throw cannot(`read the key ${path}`, thrown, 'Name a .pub file.');
  } finally {
    if (open !== null) closeSync(open);
  }
}

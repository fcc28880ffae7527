/** The publishers this machine trusts: one public key a file, in a directory that only root can change. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTrustedKeys, type KeyFile, type TrustedKey } from '../../core/manifest/index.ts';
import { directoryState, readRootFile } from './root-file.ts';

const MAX_KEY_BYTES = 4096;
/** More would make every verdict slow. */
const MAX_KEY_FILES = 1024;

export interface TrustedKeyFile {
  readonly key: TrustedKey;
  readonly path: string;
  readonly text: string;
}

export interface TrustedKeyFiles {
  readonly files: TrustedKeyFile[];
  /** Files that are not used, with the reason. */
  readonly complaints: string[];
}

/** A missing directory holds no key. A file or directory that others could have written is not used. */
export function readTrustedKeys(directory: string): TrustedKeyFiles {
  const state = directoryState(directory);
  if (state === 'missing') return { files: [], complaints: [] };
  if (state === 'unsafe') return { files: [], complaints: [`${directory} can be changed by others than root`] };
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.pub'))
    .sort();
  if (names.length > MAX_KEY_FILES) {
    return { files: [], complaints: [`${directory} holds more than ${MAX_KEY_FILES} keys`] };
  }
  const texts: KeyFile[] = [];
  const complaints: string[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const text = readRootFile(path, MAX_KEY_BYTES);
    if (text.ok) texts.push({ name: path, text: text.value });
    else complaints.push(text.error);
  }
  const { keys, errors } = decodeTrustedKeys(texts);
  const files = keys.map((key) => {
    const path = key.source ?? '';
    return { key, path, text: texts.find(({ name }) => name === path)?.text ?? '' };
  });
  return { files, complaints: [...complaints, ...errors.map(({ file, message }) => `${file}: ${message}`)] };
}

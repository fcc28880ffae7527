/**
 * The key by which this machine signs manifests: made on first use, root's alone. Its public half is trusted for that reason and for
 * no other: nobody else can write the file, and whoever can read it is root already.
 */
import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  formatPublicKey,
  formatSecretKey,
  generateKey,
  type Manifest,
  parseSecretKey,
  type SecretKey,
  signManifest,
  type TrustedKey,
} from '../../core/manifest/index.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { syncDirectory, writeWhole } from '../audit/durable-file.ts';
import { MACHINE_KEY_NAME } from './machine-key-name.ts';

const OTHERS = 0o077;

/** Reading gives null where there is no key yet; the error is a sentence. */
type Found = Result<SecretKey | null, string>;

export class MachineKey {
  readonly #directory: string;
  readonly #path: string;
  /** Deriving the public half takes longer than reading the file. */
  #known: { readonly text: string; readonly key: SecretKey } | null = null;

  /** `directory` is root's, and made if it is missing. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#path = join(directory, 'manifest.key');
  }

  /** What is accepted as signed by this machine: nothing before the first signature, or when the file is not as it was made. */
  trusted(): TrustedKey[] {
    const found = this.#read();
    if (!found.ok || found.value === null) return [];
    const { keyId, publicKey } = found.value;
    return [{ keyId, publicKey, name: MACHINE_KEY_NAME, source: this.#path }];
  }

  /** The text of the manifest, signed. A key that is not in order is never replaced: what it signed would be void. */
  sign(manifest: Manifest): Result<string, string> {
    const found = this.#read();
    if (!found.ok) return found;
    const { secretKey } = found.value ?? this.#make();
    return success(signManifest(manifest, secretKey, MACHINE_KEY_NAME));
  }

  #read(): Found {
    let open: number;
    try {
      open = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (problem) {
      const { code, message } = problem as NodeJS.ErrnoException;
      return code === 'ENOENT' ? success(null) : failure(`${this.#path} cannot be opened: ${message}`);
    }
    try {
      const stat = fstatSync(open);
      const isRoots = stat.isFile() && stat.uid === process.geteuid?.() && (stat.mode & OTHERS) === 0;
      return isRoots ? this.#parse(readFileSync(open, 'utf8')) : failure(`${this.#path} is not root's alone`);
    } finally {
      closeSync(open);
    }
  }

  #parse(text: string): Found {
    if (this.#known?.text === text) return success(this.#known.key);
    const parsed = parseSecretKey(text);
    if (!parsed.ok) return failure(`${this.#path}: ${parsed.error.message}`);
    this.#known = { text, key: parsed.value };
    return parsed;
  }

  #make(): SecretKey {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    chmodSync(this.#directory, 0o700);
    const key = generateKey(MACHINE_KEY_NAME);
    writeWhole(join(this.#directory, 'manifest.pub'), formatPublicKey(key), 0o644);
    writeWhole(this.#path, formatSecretKey(key), 0o600);
    syncDirectory(this.#directory);
    return key;
  }
}

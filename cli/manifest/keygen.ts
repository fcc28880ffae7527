import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { checkKeyName, formatPublicKey, formatSecretKey, generateKey } from '../../core/manifest/index.ts';
import { CommandError, cannot, type ExitCode } from './command-error.ts';
import { createFile } from './manifest-file.ts';
import { defaultSecretKeyPath, publicKeyPathBeside, type Surroundings } from './surroundings.ts';

export type KeygenOptions = { readonly out?: string; readonly name?: string };

/** Writes a new key pair; never over an existing file. */
export function makeKey(options: KeygenOptions, { home, print }: Surroundings): ExitCode {
  const secretPath = options.out ?? defaultSecretKeyPath(home);
  const publicPath = publicKeyPathBeside(secretPath);
  const name = options.name ?? `${userInfo().username}@${hostname()}`;
  const problem = checkKeyName(name);
  if (problem !== null) throw new CommandError(problem, 'Give a plain one: --name NAME');
  for (const path of [secretPath, publicPath]) {
    if (existsSync(path)) {
      throw new CommandError(`${path} exists already`, 'Keep it, move it away, or write elsewhere: --out FILE');
    }
  }
  const key = generateKey(name);
  if (options.out === undefined) makePrivateDirectory(dirname(secretPath));
  writePair(secretPath, formatSecretKey(key), publicPath, formatPublicKey(key));
  print(`key ${key.keyId} for ${name}`);
  print(`  secret ${secretPath} (keep it to yourself)`);
  print(`  public ${publicPath} (give it to those who use your skills)`);
  print(`To trust it on this machine: ringfence keys add ${publicPath}`);
  return 0;
}

function makePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  } catch (thrown) {
    throw cannot(`make the directory ${path}`, thrown, 'Write elsewhere: --out FILE');
  }
}

function writePair(secretPath: string, secret: string, publicPath: string, publicText: string): void {
  try {
    createFile(secretPath, secret, 0o600);
  } catch (thrown) {
    throw cannot(`write ${secretPath}`, thrown, 'Write elsewhere: --out FILE');
  }
  try {
    createFile(publicPath, publicText, 0o644);
  } catch (thrown) {
    rmSync(secretPath, { force: true });
    throw cannot(`write ${publicPath}`, thrown, 'Write elsewhere: --out FILE');
  }
}

/**
 * What the guard has seen and settled, in one file of root's: which key a skill is bound to, the newest issue of it that each user
 * ran, and how each trusted key's file looked. Written whole before anything rests on it; damaged, it is an error and nothing starts.
 */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { canonicalBytes } from '../../core/manifest/index.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { syncDirectory, writeWhole } from '../audit/durable-file.ts';
import { readRootFile } from './root-file.ts';

const keyId = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const skill = z.strictObject({
  /** null: settled for every user who has nothing of their own. */
  owner: z.int().min(0).nullable(),
  skill: z.string().min(1).max(128),
  keyId,
  keyName: z.string().max(256),
  last: z.strictObject({ version: z.string().max(64), created: z.string().max(40).nullable(), digest }).nullable(),
});

const memory = z.strictObject({
  skills: z.array(skill).max(65_536),
  /** SHA-256 of the files of trusted keys, as they were first used. */
  keyFiles: z.record(keyId, digest),
});

const file = z.strictObject({ v: z.literal(1), checksum: digest, memory });

export type RememberedSkill = z.output<typeof skill>;
export type Memory = z.output<typeof memory>;

const MAX_BYTES = 64 * 1024 * 1024;
const EMPTY: Memory = { skills: [], keyFiles: {} };

export class TrustMemory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The error is a sentence. Nothing yet is no error: then nothing was seen. */
  read(): Result<Memory, string> {
    if (lstatSync(this.#path, { throwIfNoEntry: false }) === undefined) return success(EMPTY);
    const text = readRootFile(this.#path, MAX_BYTES);
    if (!text.ok) return text;
    const parsed = file.safeParse(parseJson(text.value));
    if (!parsed.success) return failure(`${this.#path} is damaged`);
    const { checksum, memory: read } = parsed.data;
    return checksum === checksumOf(read) ? success(read) : failure(`${this.#path} is damaged: its checksum is another`);
  }

  /** Durable when it returns; a crash leaves the old memory or the new one. Throws where the disk takes nothing. */
  write(changed: Memory): void {
    const directory = dirname(this.#path);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    const text = JSON.stringify({ v: 1, checksum: checksumOf(changed), memory: changed });
    writeWhole(this.#path, `${text}\n`, 0o600);
    syncDirectory(directory);
  }
}

function checksumOf(read: Memory): string {
  return createHash('sha256').update(canonicalBytes(read)).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How everyone else is held, as administrators have set it, in a file of root's. */
import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import {
  acceptedProgram,
  everyoneOverride,
  everyoneStage,
  MAX_ACCEPTED,
  MAX_OVERRIDES,
} from '../../core/protocol/everyone.ts';
import { timestamp } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { syncDirectory, writeWhole } from '../audit/durable-file.ts';
import { readRootFile } from '../keyring/root-file.ts';

const nanoseconds = z.string().regex(/^\d{1,20}$/);

/** The end of a stage: so much was left of it at one moment of one start of the machine. `at` is by the wall clock. */
const stageEnd = z.strictObject({
  at: timestamp,
  leftNs: nanoseconds,
  bootId: z.string().max(64),
  bootNs: nanoseconds,
});

const file = z.strictObject({
  v: z.literal(1),
  stage: everyoneStage,
  since: timestamp,
  until: stageEnd.nullable(),
  overrides: z.array(everyoneOverride.strict()).max(MAX_OVERRIDES),
  accepted: z.array(acceptedProgram.strict()).max(MAX_ACCEPTED),
});

export type StageEnd = z.output<typeof stageEnd>;
export type StoredEveryone = Omit<z.output<typeof file>, 'v'>;

const MAX_BYTES = 16 * 1024 * 1024;

export class EveryoneFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The error is a sentence. null: nothing was ever written. */
  read(): Result<StoredEveryone | null, string> {
    if (lstatSync(this.#path, { throwIfNoEntry: false }) === undefined) return success(null);
    const text = readRootFile(this.#path, MAX_BYTES);
    if (!text.ok) return text;
    try {
      const { v: _, ...stored } = file.parse(JSON.parse(text.value));
      return success(stored);
    } catch {
      return failure(`${this.#path} is damaged`);
    }
  }

  /** Durable when it returns. Throws where the disk takes nothing. */
  write(stored: StoredEveryone): void {
    const directory = dirname(this.#path);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeWhole(this.#path, `${JSON.stringify({ v: 1, ...stored })}\n`, 0o600);
    syncDirectory(directory);
  }
}

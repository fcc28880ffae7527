/** What administrators have set modes to, in a file of root's. */
import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { agentName, mode } from '../../core/protocol/modes.ts';
import { timestamp } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { syncDirectory, writeWhole } from '../audit/durable-file.ts';
import { readRootFile } from '../keyring/root-file.ts';

const setting = z.strictObject({
  mode,
  since: timestamp,
  /** By the clock of one start of the machine, which nobody can set back; `at` is for people. */
  until: z
    .strictObject({ at: timestamp, bootId: z.string().max(64), bootNs: z.string().regex(/^\d{1,20}$/) })
    .nullable(),
});

const file = z.strictObject({
  v: z.literal(1),
  machine: setting.nullable(),
  agents: z.record(agentName, setting),
});

export type StoredSetting = z.output<typeof setting>;
export type StoredModes = Omit<z.output<typeof file>, 'v'>;

export const NOTHING_SET: StoredModes = { machine: null, agents: {} };

const MAX_BYTES = 1024 * 1024;

export class ModeFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The error is a sentence. No file is no error: then nothing is set. */
  read(): Result<StoredModes, string> {
    if (lstatSync(this.#path, { throwIfNoEntry: false }) === undefined) return success(NOTHING_SET);
    const text = readRootFile(this.#path, MAX_BYTES);
    if (!text.ok) return text;
    try {
      const { v: _, ...modes } = file.parse(JSON.parse(text.value));
      return success(modes);
    } catch {
      return failure(`${this.#path} is damaged`);
    }
  }

  /** Durable when it returns. Throws where the disk takes nothing. */
  write(modes: StoredModes): void {
    const directory = dirname(this.#path);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeWhole(this.#path, `${JSON.stringify({ v: 1, ...modes })}\n`, 0o600);
    syncDirectory(directory);
  }
}

/** Inboxes outlast the helper, in a file of root's. They decide nothing: what is lost of them is in the evidence log. */
import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';
import { writeWhole } from '../audit/durable-file.ts';
import { readRootFile } from '../keyring/root-file.ts';
import { EMPTY_INBOX, type StoredInbox, storedInbox } from './inbox.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export class InboxFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The error is a sentence. */
  read(): Result<StoredInbox, string> {
    if (lstatSync(this.#path, { throwIfNoEntry: false }) === undefined) return success(EMPTY_INBOX);
    const text = readRootFile(this.#path, MAX_BYTES);
    if (!text.ok) return text;
    try {
      return success(storedInbox.parse(JSON.parse(text.value)));
    } catch {
      return failure(`${this.#path} is damaged`);
    }
  }

  /** Throws where the disk takes nothing. */
  write(inbox: StoredInbox): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    writeWhole(this.#path, `${JSON.stringify(inbox)}\n`, 0o600);
  }
}

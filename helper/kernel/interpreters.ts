/** Interpreters in the kernel: their files by identity, and what the words of their arguments mean. */
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { INTERPRETERS, type Interpreter, interpreterNamed, wordsOf } from '../../core/policy/interpreters.ts';
import { kernel } from '../../native/kernel/index.ts';
import { FolderNames } from './folder-names.ts';
import { codeOf, WORD_KINDS } from './interpreter-codes.ts';
import { decodeU32, encodeInode, encodeInterpreterWord, encodeU32 } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

/** Where a system keeps them. */
const PLACES = ['/usr/bin', '/usr/local/bin', '/usr/lib64', '/usr/lib', '/usr/lib/x86_64-linux-gnu'];
const MOST = 1000;

type InterpreterFile = { readonly file: string; readonly interpreter: Interpreter };

/** Stands for an interpreter's number where words are names of files. */
const BY_NAME = 0;

export class Interpreters {
  readonly #probeFd: number;
  readonly #files: PinnedMap;
  readonly #words: PinnedMap;
  /** Encoded inodes of those outside of the system's places, that users have brought along. */
  readonly #own = new Map<string, number>();
  readonly #folders = new FolderNames();
  /** Those among the names of a folder. */
  readonly #found = new WeakMap<ReadonlySet<string>, readonly InterpreterFile[]>();
  #hasWords = false;

  constructor(pinDirectory: string, probeFd: number) {
    this.#probeFd = probeFd;
    this.#files = new PinnedMap(pinDirectory, 'interpreters');
    this.#words = new PinnedMap(pinDirectory, 'interpreter_words');
    // an earlier run has met them; which of them were users' own is not known any more
    for (const key of this.#files.keys()) {
      this.#own.set(Buffer.from(key).toString('base64'), decodeU32(this.#files.get(key) ?? encodeU32(0)));
    }
  }

  /** Brings the kernel up to date with what is installed now. */
  refresh(): void {
    if (!this.#hasWords) for (const interpreter of INTERPRETERS) this.#writeWords(interpreter);
    this.#hasWords = true;
    const current = new Map(this.#own);
    for (const path of PLACES.flatMap((place) => this.#in(place))) {
      const key = this.#identify(path.file);
      if (key !== null && current.size < MOST) current.set(key, codeOf(path.interpreter));
    }
    for (const [key, value] of current) this.#files.set(Buffer.from(key, 'base64'), encodeU32(value));
    const gone = this.#files.keys().filter((key) => !current.has(Buffer.from(key).toString('base64')));
    this.#files.deleteMany(Buffer.concat(gone));
  }

  /** Counts a program that is open as an interpreter, if its name is one's. To take it for one only ever narrows. */
  add(fd: number, name: string): void {
    const interpreter = interpreterNamed(name);
    if (!interpreter || this.#own.size >= MOST / 2) return;
    const { device, generation, inode } = kernel.identifyOpen(this.#probeFd, fd);
    const key = encodeInode({ device, generation, inode });
    this.#own.set(Buffer.from(key).toString('base64'), codeOf(interpreter));
    this.#files.set(key, encodeU32(codeOf(interpreter)));
  }

  #in(place: string): readonly InterpreterFile[] {
    const names = this.#folders.in(place);
    const found = this.#found.get(names) ?? interpretersAmong(names, place);
    this.#found.set(names, found);
    return found;
  }

  #writeWords(interpreter: Interpreter): void {
    for (const [word, kind] of wordsOf(interpreter)) {
      this.#words.set(encodeInterpreterWord(interpreter.number, word), encodeU32(WORD_KINDS[kind]));
    }
    for (const name of interpreter.names) {
      this.#words.set(encodeInterpreterWord(BY_NAME, name), encodeU32(codeOf(interpreter)));
    }
  }

  #identify(path: string): string | null {
    try {
      const real = realpathSync(path);
      if (!statSync(real).isFile()) return null;
      return Buffer.from(encodeInode(kernel.identify(this.#probeFd, real))).toString('base64');
    } catch {
      return null; // a link that leads nowhere
    }
  }
}

function interpretersAmong(names: ReadonlySet<string>, place: string): InterpreterFile[] {
  return [...names].flatMap((name) => {
    const interpreter = interpreterNamed(name);
    return interpreter ? [{ file: join(place, name), interpreter }] : [];
  });
}

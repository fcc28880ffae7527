import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';

/** The system calls of an append-only file, so that tests can stand in for a full or failing disk. */
export type FileCalls = {
  readonly write: (fd: number, bytes: Uint8Array, offset: number) => number;
  readonly sync: (fd: number) => void;
};

export const SYSTEM_CALLS: FileCalls = {
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  sync: (fd) => fdatasyncSync(fd),
};

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_DIRECTORY, O_RDONLY } = constants;

/** A file that only grows. `size` counts the bytes of whole appends. */
export class DurableFile {
  readonly path: string;
  private readonly fd: number;
  private readonly calls: FileCalls;
  size: number;

  /** `create`: it must not exist yet. */
  constructor(path: string, mode: 'create' | 'open', calls: FileCalls = SYSTEM_CALLS) {
    this.path = path;
    this.calls = calls;
    this.fd = openSync(path, O_RDWR | O_APPEND | O_NOFOLLOW | (mode === 'create' ? O_CREAT | O_EXCL : 0), 0o600);
    this.size = fstatSync(this.fd).size;
  }

  /** All of it or nothing: what a full disk took of it is taken back. Not durable before `sync`. */
  append(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) done += this.calls.write(this.fd, bytes, done);
    } catch (problem) {
      ftruncateSync(this.fd, this.size);
      throw problem;
    }
    this.size += bytes.length;
  }

  sync(): void {
    this.calls.sync(this.fd);
  }

  /** Takes back everything after the first `size` bytes, durably. */
  truncate(size: number): void {
    ftruncateSync(this.fd, size);
    fsyncSync(this.fd);
    this.size = size;
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Makes new names in a directory durable. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Under another name first: the file is there whole or not at all. */
export function writeWhole(path: string, text: string, mode: number): void {
  const fd = openSync(`${path}.new`, 'w', mode);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}

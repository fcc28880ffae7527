/** An entry of an initramfs, in the "newc" form that the kernel reads (kernel doc: driver-api/early-userspace/buffer-format). */
export type CpioEntry =
  | { type: 'directory'; path: string }
  | { type: 'file'; path: string; bytes: Uint8Array; executable: boolean }
  | { type: 'link'; path: string; target: string };

const MODE = { directory: 0o040755, file: 0o100644, executable: 0o100755, link: 0o120777 };

/** One archive; the kernel also takes several, one after the other. Everything belongs to root. */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const parts = entries.flatMap((entry, position) => entryParts(entry, position + 1));
  parts.push(...header('TRAILER!!!', 0, 0, 0));
  const archive = Buffer.concat(parts);
  return Buffer.concat([archive, Buffer.alloc(-archive.length & 511)]);
}

function entryParts(entry: CpioEntry, inode: number): Uint8Array[] {
  switch (entry.type) {
    case 'directory':
      return header(entry.path, inode, MODE.directory, 0);
    case 'link':
      return withData(entry.path, inode, MODE.link, Buffer.from(entry.target));
    case 'file':
      return withData(entry.path, inode, entry.executable ? MODE.executable : MODE.file, entry.bytes);
  }
}

function withData(path: string, inode: number, mode: number, data: Uint8Array): Uint8Array[] {
  return [...header(path, inode, mode, data.length), data, Buffer.alloc(-data.length & 3)];
}

function header(path: string, inode: number, mode: number, size: number): Uint8Array[] {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.length, 0];
  const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [head, name, Buffer.alloc(-(head.length + name.length) & 3)];
}

import { utf8 } from './pattern/bytes.ts';

/** A path of the host: its bytes, or text that stands for its UTF-8. */
export type HostPath = string | Uint8Array;

/** The names of an absolute path. Empty and `.` parts are none, as in the kernel's own walk. */
export function pathComponents(path: HostPath): Uint8Array[] {
  const bytes = typeof path === 'string' ? utf8(path) : path;
  if (bytes[0] !== 0x2f) throw new Error('a host path starts with “/”');
  const names: Uint8Array[] = [];
  for (let start = 1; start <= bytes.length; ) {
    const slash = bytes.indexOf(0x2f, start);
    const end = slash === -1 ? bytes.length : slash;
    const name = bytes.subarray(start, end);
    if (name.length > 0 && !(name.length === 1 && name[0] === 0x2e)) names.push(name);
    start = end + 1;
  }
  return names;
}

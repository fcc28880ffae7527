/** The hosts that this machine knows without asking, as hosts(5) has them: what libc finds there it asks no name server for. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

const FILE = '/etc/hosts';
const MOST_BYTES = 1024 * 1024;
const MOST = 10_000;

export type KnownHost = { readonly name: string; readonly address: string };

/** In small letters; none when the file cannot be read. Only root writes it. */
export function readHosts(file = FILE): KnownHost[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').slice(0, MOST_BYTES);
  } catch {
    return [];
  }
  return text
    .split('\n')
    .flatMap((line) => {
      const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
      return isIP(address) === 0 ? [] : names.map((name) => ({ name: name.toLowerCase(), address }));
    })
    .slice(0, MOST);
}

/** The name servers this machine is set to use, as resolv.conf(5) names them. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

const FILE = '/etc/resolv.conf';
/** As libc: more are not used. */
const MOST = 3;
const MOST_BYTES = 64 * 1024;

/** Addresses without a zone; none when the file cannot be read. Only root writes it. */
export function readResolvers(file = FILE): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').slice(0, MOST_BYTES);
  } catch {
    return [];
  }
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map(([, address = '']) => address)
    .filter((address) => isIP(address) !== 0)
    .slice(0, MOST);
}

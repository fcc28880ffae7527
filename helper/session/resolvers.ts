/** The name servers this machine is set to use, as resolv.conf(5) names them. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

const FILE = '/etc/resolv.conf';
/** As libc: more are not used. */
const MOST = 3;
/** Whom libc asks where none is named. */
const OWN = ['127.0.0.1'];
const MOST_BYTES = 64 * 1024;

/** Addresses without a zone. Only root writes the file. */
export function readResolvers(file = FILE): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').slice(0, MOST_BYTES);
  } catch {
    return OWN;
  }
  const named = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map(([, address = '']) => address)
    .filter((address) => isIP(address) !== 0)
    .slice(0, MOST);
  return named.length > 0 ? named : OWN;
}

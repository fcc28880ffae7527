/** Rules on host names in the kernel's tables, and whose answers count for them. */
import type { NameTables } from '../../core/policy/tables.ts';
import { verdictCode } from '../../core/policy/vocabulary.ts';
import { encodePair, encodeRanges, encodeU32, SIZES } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';
import { goneKeys } from './placed-keys.ts';

/** Keys of what a policy occupies, base64. */
export interface NamePlacement {
  readonly names: string;
  readonly hosts: string;
  readonly resolvers: string;
}

type Host = NameTables['hosts'][number];
type Pattern = NameTables['patterns'][number];

/** Set in the number of a host some of whose rules refuse: RF_HOST_REFUSES. */
const REFUSES = 0x8000_0000;
const PRIVATE = 1;
const LOOPBACK = 2;
const RANGES_OFFSET = 8;
const ADDRESS_BYTES = 16;
/** Of one policy: MAX_RULES is less. */
const MOST_HOSTS = 32_768;

export class NameStore {
  readonly #maps: Record<'names' | 'hosts' | 'resolvers', PinnedMap>;

  constructor(pinDirectory: string) {
    this.#maps = {
      names: new PinnedMap(pinDirectory, 'host_names'),
      hosts: new PinnedMap(pinDirectory, 'hosts'),
      resolvers: new PinnedMap(pinDirectory, 'resolvers'),
    };
  }

  /** What names have led to stays known when a policy is written anew: its hosts keep their numbers. */
  write({ patterns, hosts, resolvers }: NameTables, policy: number): NamePlacement {
    const hostKeys = hosts.map((host, index) => {
      const key = encodePair(policy, numberOf(host, policy, index + 1));
      this.#maps.hosts.set(key, encodeHost(host));
      return key;
    });
    const nameKeys = patterns.map((pattern) => {
      const key = encodeNameKey(policy, pattern);
      const host = hosts[pattern.host - 1];
      if (host === undefined) throw new RangeError(`there is no host ${pattern.host}`);
      this.#maps.names.set(key, encodeU32(numberOf(host, policy, pattern.host)));
      return key;
    });
    const resolverKeys = Array.from({ length: resolvers.length / ADDRESS_BYTES }, (_, index) => {
      const key = new Uint8Array(SIZES.resolverKey);
      key.set(encodeU32(policy));
      key.set(resolvers.subarray(index * ADDRESS_BYTES, (index + 1) * ADDRESS_BYTES), 4);
      this.#maps.resolvers.set(key, encodeU32(1));
      return key;
    });
    const joined = (keys: readonly Uint8Array[]) => Buffer.concat(keys).toString('base64');
    return { names: joined(nameKeys), hosts: joined(hostKeys), resolvers: joined(resolverKeys) };
  }

  /** After `write` for the same policy: what it does not have any more. */
  forget(old: NamePlacement, young: NamePlacement): void {
    this.#maps.names.deleteMany(goneKeys(old.names, young.names, SIZES.nameKey));
    this.#maps.resolvers.deleteMany(goneKeys(old.resolvers, young.resolvers, SIZES.resolverKey));
    this.#maps.hosts.deleteMany(goneKeys(old.hosts, young.hosts, SIZES.hostKey));
  }

  remove({ names, hosts, resolvers }: NamePlacement): void {
    this.#maps.names.deleteMany(Buffer.from(names, 'base64'));
    this.#maps.resolvers.deleteMany(Buffer.from(resolvers, 'base64'));
    this.#maps.hosts.deleteMany(Buffer.from(hosts, 'base64'));
  }
}

/** Its own in the whole kernel: a session's addresses are learned for the session's policy and for those of its skills. */
function numberOf({ ranges }: Host, policy: number, index: number): number {
  const number = policy * MOST_HOSTS + index;
  return ranges.some(({ verdict }) => verdict >= verdictCode('block')) ? (number | REFUSES) >>> 0 : number;
}

function encodeHost({ scopes, ranges }: Host): Uint8Array {
  const bytes = new Uint8Array(SIZES.host);
  const data = new DataView(bytes.buffer);
  data.setUint32(0, ranges.length, true);
  data.setUint32(4, (scopes.includes('private') ? PRIVATE : 0) | (scopes.includes('loopback') ? LOOPBACK : 0), true);
  encodeRanges(data, RANGES_OFFSET, ranges);
  return bytes;
}

function encodeNameKey(policy: number, { name, ending }: Pattern): Uint8Array {
  const key = new Uint8Array(SIZES.nameKey);
  key.set(encodePair(policy, ending ? 1 : 0));
  key.set(name, 8);
  return key;
}

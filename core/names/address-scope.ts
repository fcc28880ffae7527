/** Whose an address is. `scope_of` in bpf/names.h says the same. */
import type { WireName } from './host-name.ts';
import { wireName } from './host-name.ts';

/** `nobody`: no name leads there. Link-local and metadata, multicast, unspecified, shared and reserved addresses. */
export const ADDRESS_SCOPES = ['public', 'loopback', 'private', 'nobody'] as const;
export type AddressScope = (typeof ADDRESS_SCOPES)[number];

/** Of 16 bytes, IPv4 as ::ffff:a.b.c.d. */
export function scopeOf(address: Uint8Array): AddressScope {
  const data = new DataView(address.buffer, address.byteOffset, address.byteLength);
  const [first, second, third, fourth] = [0, 4, 8, 12].map((at) => data.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  if (first === 0 && second === 0) {
    if (third === 0xffff) return scopeOfIpv4(fourth);
    return third === 0 && fourth === 1 ? 'loopback' : 'nobody';
  }
  // NAT64, 6to4
  if (first === 0x64_ff9b && second === 0 && third === 0) return scopeOfEmbedded(fourth);
  if (first >>> 16 === 0x2002) return scopeOfEmbedded(((first << 16) | (second >>> 16)) >>> 0);
  if (first === 0x2001_0000) return 'nobody';
  if (first === 0xfd00_0ec2 && second === 0 && third === 0 && fourth === 0x254) return 'nobody';
  if (first >>> 25 === 0xfc >>> 1) return 'private';
  return first >>> 29 === 1 ? 'public' : 'nobody';
}

function scopeOfIpv4(address: number): AddressScope {
  if (address >>> 24 === 127) return 'loopback';
  if (address >>> 24 === 10 || address >>> 20 === 0xac1 || address >>> 16 === 0xc0a8) return 'private';
  const isReserved =
    address >>> 24 === 0 ||
    address >>> 22 === 0x191 ||
    address >>> 16 === 0xa9fe ||
    address >>> 8 === 0xc0_0000 ||
    address >>> 17 === 0x6309 ||
    address >>> 28 >= 0xe;
  return isReserved ? 'nobody' : 'public';
}

/** Of an IPv4 address inside another one: the way round a scope is none. */
function scopeOfEmbedded(address: number): AddressScope {
  return scopeOfIpv4(address) === 'public' ? 'public' : 'nobody';
}

/** Names that no public name server knows (RFC 6762, RFC 8375, and what ICANN set aside for private use). */
const PRIVATE_ENDINGS = ['local', 'home.arpa', 'internal'].map(wireName);
const LOOPBACK_ENDINGS = ['localhost'].map(wireName);

/** The scopes of addresses that a name may lead to; a public name leads to public ones alone. */
export function scopesOfName(name: WireName): readonly AddressScope[] {
  const ends = (ending: WireName) => {
    const rest = name.subarray(name.length - ending.length);
    return name.length > ending.length && rest.every((byte, index) => byte === ending[index]);
  };
  if (PRIVATE_ENDINGS.some(ends)) return ['public', 'private'];
  return LOOPBACK_ENDINGS.some(ends) ? ['public', 'loopback'] : ['public'];
}

import ipaddr from 'ipaddr.js';

/** An address prefix in the one space the kernel compares in: IPv6, IPv4 as ::ffff:a.b.c.d. */
export type AddressPrefix = { address: Uint8Array; length: number };

const IPV4_BITS_BEFORE = 96;

/** 16 bytes of an IPv4 or IPv6 address literal, or null when it is neither. No octal, no short forms. */
export function parseAddress(text: string): Uint8Array | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return mapped(ipaddr.IPv4.parse(text).toByteArray());
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return Uint8Array.from(ipaddr.IPv6.parse(text).toByteArray());
}

/** `a.b.c.d/n`, `x::/n`, or an address for itself alone; null when it is none, or has bits set beyond its length. */
export function parsePrefix(text: string): AddressPrefix | null {
  const [literal = '', digits, ...rest] = text.split('/');
  const address = parseAddress(literal);
  if (address === null || rest.length > 0) return null;
  const isFourPart = !literal.includes(':');
  const bits = isFourPart ? 32 : 128;
  if (digits !== undefined && !/^(0|[1-9][0-9]{0,2})$/.test(digits)) return null;
  const own = digits === undefined ? bits : Number(digits);
  if (own > bits) return null;
  const length = isFourPart ? own + IPV4_BITS_BEFORE : own;
  const isCanonical = covers({ address: truncated(address, length), length: 128 }, { address, length: 128 });
  return isCanonical ? { address, length } : null;
}

/** Whether every address of `inner` is one of `outer`. */
export function covers(outer: AddressPrefix, inner: AddressPrefix): boolean {
  if (outer.length > inner.length) return false;
  const expected = truncated(inner.address, outer.length);
  return truncated(outer.address, outer.length).every((byte, i) => byte === expected[i]);
}

/** As `parsePrefix` reads it, without the length where it is one address. */
export function prefixText({ address, length }: AddressPrefix): string {
  const isIpv4 = covers(IPV4_SPACE, { address, length });
  const own = isIpv4 ? address.subarray(12) : address;
  const literal = ipaddr.fromByteArray([...own]).toString();
  const bits = isIpv4 ? length - IPV4_BITS_BEFORE : length;
  return bits === own.length * 8 ? literal : `${literal}/${bits}`;
}

/** All of IPv4. */
export const IPV4_SPACE: AddressPrefix = { address: mapped([0, 0, 0, 0]), length: IPV4_BITS_BEFORE };

/** Whether a rule for `rule` speaks about `prefix`: an IPv6 rule never means IPv4, though its bits may cover it. */
export function speaksAbout(rule: AddressPrefix, prefix: AddressPrefix): boolean {
  return covers(rule, prefix) && covers(IPV4_SPACE, rule) === covers(IPV4_SPACE, prefix);
}

function mapped(four: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...four]);
}

function truncated(address: Uint8Array, bits: number): Uint8Array {
  return address.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, bits - i * 8));
    return byte & (0xff00 >> kept);
  });
}

import ipaddr from 'ipaddr.js';
import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { findHiddenCharacter } from './hidden-character.ts';
import type { SyntaxProblem } from './path-pattern.ts';

export type PortRange = { readonly low: number; readonly high: number };

type Reach = { readonly ports: PortRange /** Either, where there is none. */; readonly protocol?: 'tcp' | 'udp' };

/**
 * One entry of `network.egress`: addresses as a canonical CIDR prefix, a host name (with a leading `*.` or not), or a symbol for what
 * a tool of this machine is configured to use.
 */
export type Egress =
  | ({ readonly kind: 'address'; readonly prefix: string } & Reach)
  | ({ readonly kind: 'name'; readonly name: string } & Reach)
  | { readonly kind: 'symbol'; readonly symbol: EgressSymbol };

/** A host by its name. */
export type HostName = Extract<Egress, { readonly kind: 'name' }>;

/** An entry of `network.listen` or `network.deny`: addresses of both families where it says `*`. */
export type Addresses = { readonly prefixes: readonly string[] } & Reach;

/** Resolved when the manifest is bound, by asking the tool. */
export const EGRESS_SYMBOLS = ['@npm', '@pypi'] as const;
export type EgressSymbol = (typeof EGRESS_SYMBOLS)[number];

/** The one name that needs no name server. */
export const LOCALHOST = 'localhost';

const DEFAULT_PORT = '443';
const ALL_PORTS = '*';
/** Connected to by whoever only wants to know which address of its own leads there: libc does, to sort what a name stands for. */
const NO_PORT = { ports: { low: 0, high: 0 }, protocol: 'udp' } as const;
const ALL_ADDRESSES = ['0.0.0.0/0', '::/0'];
const IPV4 = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const OCTET = /^(0|[1-9][0-9]{0,2})$/;
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * Reads `host[:port]`, `1.2.3.4[:port]`, `[v6][:port]`, `cidr[:port]` or a symbol. A port is a number, a range `8000-8100` or `*`, with
 * `/tcp` or `/udp` behind it if only that is meant; it is 443 when there is none.
 */
export function parseEgress(text: string): Result<Egress, SyntaxProblem> {
  const symbol = EGRESS_SYMBOLS.find((known) => known === text);
  return symbol === undefined ? parseTarget(text, DEFAULT_PORT) : success({ kind: 'symbol', symbol });
}

/** Whether an entry of `network.egress` means a host that has to be looked up. */
export function namesHost(text: string): boolean {
  const parsed = parseEgress(text);
  if (!parsed.ok || parsed.value.kind === 'address') return false;
  return parsed.value.kind === 'symbol' || parsed.value.name !== LOCALHOST;
}

/** Reads an entry of `network.listen`: an address or `*`, and a port. */
export function parseListen(text: string): Result<Addresses, SyntaxProblem> {
  const remedy = 'Write an address of this machine and a port, such as 127.0.0.1:3000, or *:3000 for all of them.';
  const [, ports] = /^\*:(.*)$/.exec(text) ?? [];
  const parsed = parseTarget(ports === undefined ? text : `0.0.0.0/0:${ports}`, null);
  if (!parsed.ok) return parsed;
  if (parsed.value.kind === 'address') return success(addressesOf(parsed.value, ports !== undefined));
  return failure({ message: `${JSON.stringify(text)} names a host`, remedy });
}

/** Reads an entry of `network.deny`: an address, a network or a host name; every port when there is none. */
export function parseDeny(text: string): Result<Addresses | HostName, SyntaxProblem> {
  const parsed = parseTarget(text, ALL_PORTS);
  if (!parsed.ok) return parsed;
  return success(parsed.value.kind === 'address' ? addressesOf(parsed.value, false) : parsed.value);
}

type Target = Exclude<Egress, { readonly kind: 'symbol' }>;

function addressesOf({ kind: _, prefix, ...reach }: Extract<Egress, { kind: 'address' }>, isAny: boolean): Addresses {
  return { prefixes: isAny ? ALL_ADDRESSES : [prefix], ...reach };
}

/** `defaultPort` null: there must be a port. */
function parseTarget(text: string, defaultPort: string | null): Result<Target, SyntaxProblem> {
  const refused = checkText(text);
  if (refused !== null) return failure(refused);
  const [, address = text, protocol] = /^(.*:[0-9*-]+)\/(tcp|udp)$/.exec(text) ?? [];
  const split = splitPort(address, defaultPort);
  if (!split.ok) return split;
  const { target, port, bracketed } = split.value;
  const reach = parseReach(text, port, protocol);
  if (!reach.ok) return reach;
  if (bracketed || target.includes(':')) return prefixOf(text, target, 128, reach.value);
  if (IPV4.test(target.split('/', 1)[0] ?? '')) return prefixOf(text, target, 32, reach.value);
  return nameOf(text, target, reach.value);
}

function checkText(text: string): SyntaxProblem | null {
  const hidden = findHiddenCharacter(text);
  if (hidden !== null) return { message: `the address holds ${hidden}`, remedy: 'Remove the character.' };
  const shown = JSON.stringify(text);
  if (/\s/u.test(text)) return { message: `${shown} holds a space`, remedy: 'Remove it: one entry, one address.' };
  if (text === '') return { message: 'the address is empty', remedy: 'Write host:port, or remove the entry.' };
  if (text === '*')
    return { message: '"*" alone would grant every address', remedy: 'Name the hosts the skill needs.' };
  if (text.startsWith('@')) {
    return {
      message: `the symbol ${shown} is not known`,
      remedy: `Known are ${EGRESS_SYMBOLS.join(', ')}, without a port; else write the host.`,
    };
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text);
  if (url !== null)
    return { message: `${shown} is a URL`, remedy: `Write the host and port alone: ${url[1] || 'host:port'}` };
  return null;
}

type Split = { readonly target: string; readonly port: string; readonly bracketed: boolean };

function splitPort(text: string, defaultPort: string | null): Result<Split, SyntaxProblem> {
  const missing = {
    message: `${JSON.stringify(text)} has no port`,
    remedy: 'Write it behind the address, such as 127.0.0.1:3000.',
  };
  const bracket = /^\[([^[\]]*)\](?::(.*))?$/.exec(text);
  if (bracket !== null) {
    const port = bracket[2] ?? defaultPort;
    return port === null ? failure(missing) : success({ target: bracket[1] ?? '', port, bracketed: true });
  }
  const slash = text.indexOf('/');
  const colon = text.indexOf(':', slash + 1);
  if (slash === -1 && colon !== text.lastIndexOf(':')) {
    const message = `${JSON.stringify(text)} leaves open where the address ends and the port begins`;
    return failure({ message, remedy: 'Write an IPv6 address in brackets: [2001:db8::1]:443' });
  }
  if (colon === -1) {
    return defaultPort === null ? failure(missing) : success({ target: text, port: defaultPort, bracketed: false });
  }
  return success({ target: text.slice(0, colon), port: text.slice(colon + 1), bracketed: false });
}

function parseReach(text: string, port: string, protocol: string | undefined): Result<Reach, SyntaxProblem> {
  if (port === '0' && protocol === 'udp') return success(NO_PORT);
  const ports = parsePorts(port);
  if (ports !== null) return success({ ports, ...(protocol === 'tcp' || protocol === 'udp' ? { protocol } : {}) });
  const message = `the port of ${JSON.stringify(text)} is no number from 1 to 65535 and no range of them`;
  return failure({ message, remedy: 'Write one port, such as :443, a range, such as :8000-8100, or :* for all.' });
}

/** `*` has port 0 too: what listens without having chosen a port. */
function parsePorts(text: string): PortRange | null {
  if (text === ALL_PORTS) return { low: 0, high: 65535 };
  const [first, last = first, ...rest] = text
    .split('-')
    .map((part) => (/^[1-9][0-9]{0,4}$/.test(part) ? Number(part) : 0));
  const isRange = first !== undefined && last !== undefined && rest.length === 0 && first > 0 && first <= last;
  return isRange && last <= 65535 ? { low: first, high: last } : null;
}

function prefixOf(text: string, target: string, bits: 32 | 128, reach: Reach): Result<Target, SyntaxProblem> {
  const [address = '', length, ...rest] = target.split('/');
  const shown = JSON.stringify(text);
  if (bits === 128 && address.includes('.')) {
    const message = `${shown} mixes the forms of IPv4 and IPv6`;
    return failure({
      message,
      remedy: 'Write an IPv4 address alone, without brackets, or the IPv6 address in hexadecimal.',
    });
  }
  const valid = bits === 32 ? address.split('.').every(isOctet) : isIpv6(address);
  if (!valid)
    return failure({
      message: `${shown} holds no valid IPv${bits === 32 ? 4 : 6} address`,
      remedy: addressRemedy(bits),
    });
  const size = length ?? String(bits);
  if (rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(size) || Number(size) > bits) {
    return failure({
      message: `the prefix length of ${shown} is not a number from 0 to ${bits}`,
      remedy: `Write ${address}/${bits} for one address.`,
    });
  }
  const parsed = ipaddr.parse(address);
  const mapped = parsed instanceof ipaddr.IPv6 ? checkMapped(shown, parsed, Number(size)) : null;
  if (mapped !== null) return failure(mapped);
  const network =
    parsed instanceof ipaddr.IPv6
      ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/${size}`)
      : ipaddr.IPv4.networkAddressFromCIDR(`${address}/${size}`);
  if (network.toString() !== parsed.toString()) {
    const message = `${shown} has bits set beyond its prefix length`;
    return failure({ message, remedy: `Write ${network}/${size} for the network, or ${parsed} for the one address.` });
  }
  return success({ kind: 'address', prefix: `${network}/${size}`, ...reach });
}

// The kernel compares IPv4 as ::ffff:a.b.c.d, so an IPv6 prefix around that block would silently grant all of IPv4.
function checkMapped(shown: string, address: ipaddr.IPv6, size: number): SyntaxProblem | null {
  const block = ipaddr.IPv6.parse('::ffff:0:0');
  if (address.match(block, 96) && size >= 96) {
    return {
      message: `${shown} is an IPv4 address written as IPv6`,
      remedy: `Write ${address.toIPv4Address()} instead.`,
    };
  }
  if (size < 96 && block.match(address, size)) {
    return {
      message: `${shown} would take in all of IPv4 too`,
      remedy: 'Write [2000::/3] for the public IPv6 Internet, 0.0.0.0/0 for IPv4.',
    };
  }
  return null;
}

function isOctet(text: string): boolean {
  return OCTET.test(text) && Number(text) <= 255;
}

function isIpv6(text: string): boolean {
  return /^[0-9a-f:]+$/.test(text) && ipaddr.IPv6.isValid(text);
}

function addressRemedy(bits: 32 | 128): string {
  if (bits === 32) return 'Write four numbers from 0 to 255 without leading zeros, such as 192.0.2.10.';
  return 'Write it in small letters, in brackets and without a zone, such as [2001:db8::1]:443.';
}

function nameOf(text: string, name: string, reach: Reach): Result<Target, SyntaxProblem> {
  const problem = checkName(text, name);
  return problem === null ? success({ kind: 'name', name, ...reach }) : failure(problem);
}

function checkName(text: string, name: string): SyntaxProblem | null {
  const shown = JSON.stringify(text);
  if (name.includes('/'))
    return { message: `${shown} holds a path`, remedy: 'Write the host alone: paths cannot be enforced.' };
  if (name.endsWith('.'))
    return { message: `${shown} ends with a dot`, remedy: 'Remove the dot at the end of the name.' };
  if (/[A-Z]/.test(name)) return { message: `${shown} has capital letters`, remedy: `Write ${text.toLowerCase()}` };
  if (/[^\x20-\x7e]/.test(name)) {
    return { message: `${shown} has letters beyond ASCII`, remedy: 'Write its A-label form, which begins with xn--.' };
  }
  const host = name.startsWith('*.') ? name.slice(2) : name;
  if (host.includes('*')) {
    return {
      message: `${shown} has a * that is not its first label`,
      remedy: 'Write *.example.org: a star stands only in front.',
    };
  }
  const labels = host.split('.');
  if (name !== host && labels.length < 2) {
    return { message: `${shown} would take in a whole top-level domain`, remedy: 'Name the domain: *.example.org' };
  }
  if (host.length > 253 || labels.some((label) => label.length > 63 || !LABEL.test(label))) {
    const remedy = 'A name is labels of a-z, 0-9 and inner hyphens, at most 63 each, joined by single dots.';
    return { message: `${shown} is not a host name`, remedy };
  }
  if (/^([0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) {
    return { message: `${shown} is neither a host name nor an address`, remedy: addressRemedy(32) };
  }
  return null;
}

import ipaddr from 'ipaddr.js';
import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { findHiddenCharacter } from './hidden-character.ts';
import type { SyntaxProblem } from './path-pattern.ts';

export type PortRange = { readonly low: number; readonly high: number };

/** One entry of `network.egress`: addresses as a canonical CIDR prefix, or a host name (with a leading `*.` or not). */
export type Egress =
  | { readonly kind: 'address'; readonly prefix: string; readonly ports: PortRange }
  | { readonly kind: 'name'; readonly name: string; readonly ports: PortRange };

const DEFAULT_PORT = '443';
const IPV4 = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const OCTET = /^(0|[1-9][0-9]{0,2})$/;
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** Reads `host[:port]`, `1.2.3.4[:port]`, `[v6][:port]` or `cidr[:port]`; the port is 443 when there is none. */
export function parseEgress(text: string): Result<Egress, SyntaxProblem> {
  const refused = checkText(text);
  if (refused !== null) return failure(refused);
  const split = splitPort(text);
  if (!split.ok) return split;
  const { target, port, bracketed } = split.value;
  const ports = parsePort(text, port);
  if (!ports.ok) return ports;
  if (bracketed || target.includes(':')) return prefixOf(text, target, 128, ports.value);
  if (IPV4.test(target.split('/', 1)[0] ?? '')) return prefixOf(text, target, 32, ports.value);
  return nameOf(text, target, ports.value);
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
    return { message: `the symbol ${shown} is not known`, remedy: 'Write the host it stands for.' };
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text);
  if (url !== null)
    return { message: `${shown} is a URL`, remedy: `Write the host and port alone: ${url[1] || 'host:port'}` };
  return null;
}

type Split = { readonly target: string; readonly port: string; readonly bracketed: boolean };

function splitPort(text: string): Result<Split, SyntaxProblem> {
  const bracket = /^\[([^[\]]*)\](?::(.*))?$/.exec(text);
  if (bracket !== null) return success({ target: bracket[1] ?? '', port: bracket[2] ?? DEFAULT_PORT, bracketed: true });
  const slash = text.indexOf('/');
  const colon = text.indexOf(':', slash + 1);
  if (slash === -1 && colon !== text.lastIndexOf(':')) {
    const message = `${JSON.stringify(text)} leaves open where the address ends and the port begins`;
    return failure({ message, remedy: 'Write an IPv6 address in brackets: [2001:db8::1]:443' });
  }
  if (colon === -1) return success({ target: text, port: DEFAULT_PORT, bracketed: false });
  return success({ target: text.slice(0, colon), port: text.slice(colon + 1), bracketed: false });
}

function parsePort(text: string, port: string): Result<PortRange, SyntaxProblem> {
  const number = Number(port);
  if (/^[1-9][0-9]{0,4}$/.test(port) && number <= 65535) return success({ low: number, high: number });
  const message = `the port of ${JSON.stringify(text)} is not a number from 1 to 65535`;
  return failure({ message, remedy: 'Write one port, such as :443, or none: then it is 443.' });
}

function prefixOf(text: string, target: string, bits: 32 | 128, ports: PortRange): Result<Egress, SyntaxProblem> {
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
  return success({ kind: 'address', prefix: `${network}/${size}`, ports });
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

function nameOf(text: string, name: string, ports: PortRange): Result<Egress, SyntaxProblem> {
  const problem = checkName(text, name);
  return problem === null ? success({ kind: 'name', name, ports }) : failure(problem);
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

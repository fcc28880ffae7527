import ipaddr from 'ipaddr.js';

/**
 * Whether a public name may stand for the address: no loopback, private, link-local, shared, multicast or reserved one, nor an
 * IPv6 form that carries an IPv4 address. A name that leads there is a trap for what only this machine or its network can reach.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  return ipaddr.process(text).range() === 'unicast';
}

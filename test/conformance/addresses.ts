/** Addresses that deeds are about and that names lead to. */

/** The machine's own: here a program can listen, and what is sent is taken. */
export const OWN_ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.80.1.1', '::1', '::ffff:127.0.0.1'];
export const ADDRESSES = [
  ...OWN_ADDRESSES,
  ...['10.1.0.9', '10.2.0.9', '192.0.2.7', '192.0.2.8', '198.51.100.1'],
  ...['::2', '2001:db8::1', '2001:db8:1::1', '2001:db8:1::8', '2001:db8:1::9', '2001:db8:1:1::1'],
];

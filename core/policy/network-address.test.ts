import { expect, test } from 'vitest';
import { parseAddress, parsePrefix, prefixText, speaksAbout } from './network-address.ts';

function hex(bytes: Uint8Array | null | undefined): string | null {
  return bytes ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') : null;
}

test.each([
  ['127.0.0.1', '00000000000000000000ffff7f000001'],
  ['::ffff:127.0.0.1', '00000000000000000000ffff7f000001'],
  ['::1', '00000000000000000000000000000001'],
  ['2001:db8::a', '20010db800000000000000000000000a'],
])('%s is %s', (text, expected) => {
  expect(hex(parseAddress(text))).toBe(expected);
});

test.each(['', '1.2.3', '010.0.0.1', '0x7f.1', '256.0.0.1', 'fe80::1%eth0', 'localhost', '1.2.3.4:80', '[::1]'])(
  '“%s” is no address',
  (text) => {
    expect(parseAddress(text)).toBeNull();
  },
);

test.each([
  ['10.0.0.0/8', 104],
  ['0.0.0.0/0', 96],
  ['10.1.2.3', 128],
  ['::/0', 0],
  ['2001:db8::/32', 32],
])('%s has %d bits', (text, length) => {
  expect(parsePrefix(text)?.length).toBe(length);
});

test.each(['10.0.0.1/8', '10.0.0.0/33', '::/129', '::1/64', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/+8', '10.0.0.0/08'])(
  '“%s” is no prefix',
  (text) => {
    expect(parsePrefix(text)).toBeNull();
  },
);

test.each([
  ['0.0.0.0/0', '10.0.0.1', true],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/9', '10.128.0.0', false],
  ['::/0', '2001:db8::1', true],
  ['::/0', '10.0.0.1', false],
  ['::ffff:0:0/96', '10.0.0.1', true],
])('%s speaks about %s: %s', (rule, address, expected) => {
  const [wide, narrow] = [parsePrefix(rule), parsePrefix(address)];
  expect(wide !== null && narrow !== null && speaksAbout(wide, narrow)).toBe(expected);
});

test.each(['10.0.0.0/8', '127.0.0.1', '0.0.0.0/0', '2001:db8::/32', '::/0', '::1'])(
  '%s is written as it is read',
  (text) => {
    const prefix = parsePrefix(text);
    expect(prefix !== null && prefixText(prefix)).toBe(text);
  },
);

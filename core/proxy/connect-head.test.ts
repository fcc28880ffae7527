import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_HEAD_BYTES, readConnectHead } from './connect-head.ts';

const read = (text: string) => readConnectHead(Buffer.from(text, 'latin1'));
const HEAD = 'CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n';

test('a request, with what is behind it left alone', () => {
  const value = { host: 'api.example.com', port: 443, authorization: null, end: HEAD.length };
  expect(read(`${HEAD}rest`)).toEqual({ ok: true, value });
});

test('every beginning of it wants more', () => {
  for (let length = 0; length < HEAD.length; length++) expect(read(HEAD.slice(0, length)), `${length}`).toBeNull();
});

test('the name is read as resolvers read it', () => {
  expect(read('CONNECT API.Example.COM.:8443 HTTP/1.0\r\n\r\n')).toMatchObject({
    value: { host: 'api.example.com', port: 8443 },
  });
});

test('its authorisation', () => {
  expect(read('CONNECT a.b:1 HTTP/1.1\r\nproxy-authorization:  Basic YQ== \r\n\r\n')).toMatchObject({
    value: { authorization: 'Basic YQ==' },
  });
});

test.each([
  ['GET http://a.b/ HTTP/1.1', 405],
  ['CONNECT a.b:443 HTTP/2', 400],
  ['CONNECT  a.b:443 HTTP/1.1', 400],
  ['CONNECT a.b HTTP/1.1', 400],
  ['CONNECT a.b: HTTP/1.1', 400],
  ['CONNECT a.b:65536 HTTP/1.1', 400],
  ['CONNECT a..b:443 HTTP/1.1', 400],
  ['CONNECT -a.b:443 HTTP/1.1', 400],
  ['CONNECT a b:443 HTTP/1.1', 400],
  ['CONNECT a.b\0.c:443 HTTP/1.1', 400],
  ['CONNECT ä.b:443 HTTP/1.1', 400],
  ['CONNECT 10.0.0.1:443 HTTP/1.1', 400],
  ['CONNECT 10.1:443 HTTP/1.1', 400],
  ['CONNECT 0x0a000001:443 HTTP/1.1', 400],
  ['CONNECT a.b.017:443 HTTP/1.1', 400],
  ['CONNECT [::1]:443 HTTP/1.1', 400],
  ['CONNECT u@a.b:443 HTTP/1.1', 400],
  ['CONNECT a.b:443/x HTTP/1.1', 400],
])('%j is answered %d', (request, status) => {
  expect(read(`${request}\r\n\r\n`)).toMatchObject({ ok: false, error: { status } });
});

test.each([
  'Content-Length: 0',
  'Transfer-Encoding: chunked',
  'Proxy-Authorization: a\r\nProxy-Authorization: b',
  ' folded: x',
  'no colon',
  'na me: x',
  'x: \x00',
  'x: a\nb: c',
])('with the header %j it is refused', (header) => {
  expect(read(`CONNECT a.b:443 HTTP/1.1\r\n${header}\r\n\r\n`)).toMatchObject({ ok: false, error: { status: 400 } });
});

test('a head without an end is refused at its limit', () => {
  const long = `CONNECT a.b:443 HTTP/1.1\r\nx: ${'y'.repeat(MAX_HEAD_BYTES)}`;
  expect(read(long.slice(0, MAX_HEAD_BYTES - 1))).toBeNull();
  expect(read(long)).toMatchObject({ ok: false, error: { status: 431 } });
});

test('whatever comes: what is accepted names a host that no resolver takes for an address', () => {
  const part = fc.constantFrom('a', 'b', '.', '-', '0', '0x', '1', ':', '443', '%', '[', ']', '@', ' ', '\t', '\r\n');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const head = read(`CONNECT ${parts.join('')} HTTP/1.1\r\n\r\n`);
      if (head?.ok) expect(head.value.host).toMatch(/^(?!.*(^|\.)(0x[0-9a-f]*|[0-9]+)$)[a-z0-9._-]+$/);
    }),
    { numRuns: 20_000 },
  );
});

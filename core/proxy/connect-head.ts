/** The head of an HTTP CONNECT request (RFC 9110 section 9.3.6), from whoever has found the port. */
import { failure, type Result, success } from '../result.ts';

export type ConnectHead = {
  /** Lower case, without a dot at its end. */
  readonly host: string;
  readonly port: number;
  /** The value of Proxy-Authorization; null when there is none. */
  readonly authorization: string | null;
  /** Where the tunnel's own bytes begin. */
  readonly end: number;
};

/** Why it is refused, and the status that says so. */
export type HeadRefusal = { readonly status: 400 | 405 | 431; readonly message: string };

/** Longer heads are refused. */
export const MAX_HEAD_BYTES = 8192;

const ONE_CHARACTER_A_BYTE = new TextDecoder('latin1');
const END = '\r\n\r\n';
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*)$/;
const HOST = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const MAX_HOST = 253;

/** Null: more bytes are needed. Strict: one way to write it, no folding, no second opinion on where it ends. */
export function readConnectHead(bytes: Uint8Array): Result<ConnectHead, HeadRefusal> | null {
  const text = ONE_CHARACTER_A_BYTE.decode(bytes.subarray(0, MAX_HEAD_BYTES));
  const end = text.indexOf(END);
  if (end === -1) {
    return bytes.byteLength >= MAX_HEAD_BYTES ? refused(431, `the head is longer than ${MAX_HEAD_BYTES} bytes`) : null;
  }
  const [request = '', ...headers] = text.slice(0, end).split('\r\n');
  const target = readTarget(request);
  if (!target.ok) return target;
  let authorization: string | null = null;
  for (const line of headers) {
    const [, name = '', value = ''] = HEADER.exec(line) ?? [];
    if (name === '') return refused(400, 'a header is malformed');
    if (/^(content-length|transfer-encoding)$/i.test(name)) return refused(400, 'CONNECT has no body');
    if (!/^proxy-authorization$/i.test(name)) continue;
    if (authorization !== null) return refused(400, 'it is authorised twice');
    authorization = value.trimEnd();
  }
  return success({ ...target.value, authorization, end: end + END.length });
}

function readTarget(request: string): Result<{ host: string; port: number }, HeadRefusal> {
  const [method = '', target = '', version = '', ...rest] = request.split(' ');
  if (!/^HTTP\/1\.[01]$/.test(version) || rest.length > 0) return refused(400, 'this is no HTTP/1.1 request');
  if (method !== 'CONNECT') return refused(405, 'only CONNECT is served here: use https');
  const [, named = '', digits = ''] = /^([^:]+):([0-9]{1,5})$/.exec(target) ?? [];
  const host = named.toLowerCase().replace(/\.$/, '');
  const port = Number(digits);
  if (host.length > MAX_HOST || !HOST.test(host) || port < 1 || port > 65_535) {
    return refused(400, 'CONNECT wants a host name and a port');
  }
  // whatever a resolver could take for an address is none of the names
  if (/(^|\.)(0x[0-9a-f]*|[0-9]+)$/.test(host)) return refused(400, 'an address is connected to directly');
  return success({ host, port });
}

function refused(status: HeadRefusal['status'], message: string): Result<never, HeadRefusal> {
  return failure({ status, message });
}

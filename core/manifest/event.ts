import type { BindContext } from '../policy/bind-context.ts';
import type { AddressRequest, NameRequest, PathRequest } from '../policy/evaluate.ts';
import { MAX_LOCAL_NAME_BYTES } from '../policy/limits.ts';
import { parseAddress } from '../policy/network-address.ts';
import type { Effect, NetworkOperation, PathOperation } from '../policy/vocabulary.ts';
import { failure, type Result, success } from '../result.ts';
import { parseEgress } from './egress.ts';
import { parseStrictJson } from './strict-json.ts';

/** What an agent might do, as a person writes it down to ask what a manifest says. */
export type ManifestEvent =
  | { readonly kind: 'path'; readonly request: PathRequest & { readonly path: string } }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string; readonly directory: boolean }
  /** An abstract socket, without the @. */
  | { readonly kind: 'local-name'; readonly name: Uint8Array }
  | { readonly kind: 'address'; readonly operation: NetworkOperation; readonly request: AddressRequest }
  | { readonly kind: 'name'; readonly request: NameRequest };

export type EventError = { readonly message: string; readonly remedy: string };

const PATH_WORDS: ReadonlyMap<string, PathOperation> = new Map<string, PathOperation>([
  ['read', 'read'],
  ['write', 'write'],
  ['create', 'create'],
  ['delete', 'delete'],
  ['exec', 'exec'],
]);

const REMEDY =
  'Write read, write, create, delete or exec and a path; rename FROM TO; connect or listen and ADDRESS:PORT, with /udp behind it for UDP; connect and HOST:PORT.';

/** Reads `read ~/x`, `rename "a b" c`, `connect 192.0.2.1:443/udp`, `listen [::1]:80`, `connect api.example.org:443`, `connect /run/x.sock`, `connect @name`. */
export function parseEvent(text: string, context: BindContext): Result<ManifestEvent, EventError> {
  const [, word = '', rest = ''] = /^\s*(\S+)\s+(.*?)\s*$/s.exec(text) ?? [];
  const operation = PATH_WORDS.get(word);
  if (operation !== undefined) return pathEvent(operation, rest, context);
  if (word === 'rename') return renameEvent(rest, context);
  if (word === 'connect' && rest.startsWith('@')) return nameEvent(rest);
  if (word === 'connect' && /^["/~$]/.test(rest)) return pathEvent('connect', rest, context);
  if (word === 'connect' || word === 'listen') return addressEvent(word, rest);
  return failure({ message: `“${text}” is no event`, remedy: REMEDY });
}

function pathEvent(operation: PathOperation, text: string, context: BindContext): Result<ManifestEvent, EventError> {
  const words = wordsOf(text);
  // A single path may hold spaces without quotation marks.
  const path = resolvePath(words.length === 1 ? (words[0] as string) : text, context);
  return path.ok ? success({ kind: 'path', request: { operation, path: path.value } }) : path;
}

function nameEvent(text: string): Result<ManifestEvent, EventError> {
  const name = new TextEncoder().encode(text.slice(1));
  if (name.length > 0 && name.length <= MAX_LOCAL_NAME_BYTES) return success({ kind: 'local-name', name });
  const remedy = `Write 1 to ${MAX_LOCAL_NAME_BYTES} bytes behind the @, as ss -x shows them.`;
  return failure({ message: `“${text}” is no name of a socket`, remedy });
}

function renameEvent(text: string, context: BindContext): Result<ManifestEvent, EventError> {
  const words = wordsOf(text);
  const [first, second] = words;
  if (words.length !== 2 || first === undefined || second === undefined) {
    const remedy =
      'Write: rename FROM TO, each in quotation marks if it holds a space; a / at the end means a directory.';
    return failure({ message: `“rename ${text}” does not name two paths`, remedy });
  }
  const [from, to] = [resolvePath(first, context), resolvePath(second, context)];
  if (!from.ok) return from;
  if (!to.ok) return to;
  return success({
    kind: 'rename',
    from: from.value,
    to: to.value,
    directory: first.endsWith('/') || second.endsWith('/'),
  });
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** A path of the host, whole or by the symbols of a manifest. */
function resolvePath(text: string, { home, workspace, skill, tmpdir }: BindContext): Result<string, EventError> {
  const slash = text.indexOf('/');
  const first = slash === -1 ? text : text.slice(0, slash);
  const places: ReadonlyMap<string, string | null> = new Map([
    ['', ''],
    ['~', home],
    ['$WORKSPACE', workspace],
    ['$SKILL', skill],
    ['$TMPDIR', tmpdir],
  ]);
  const place = places.get(first);
  if (text === '' || place === undefined)
    return failure({
      message: `“${text}” is no whole path`,
      remedy: 'Begin it with /, ~/, $WORKSPACE/, $SKILL/ or $TMPDIR/.',
    });
  if (place === null) return failure({ message: 'there is no workspace here', remedy: 'Name one: --workspace DIR' });
  const whole = place + (slash === -1 ? '' : text.slice(slash));
  if (whole.includes('\0')) return failure({ message: 'a path cannot hold NUL', remedy: 'Remove it.' });
  return success(normal(whole));
}

/** Without `.` and `..`, as the kernel sees objects; links are not followed, for no file is looked at. */
function normal(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

function addressEvent(operation: NetworkOperation, text: string): Result<ManifestEvent, EventError> {
  const [, v6, plain, digits = '', protocol = 'tcp'] =
    /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const address = v6 ?? plain ?? '';
  const port = Number(digits);
  const host = address === 'localhost' ? '127.0.0.1' : address;
  if (digits === '' || port > 65_535 || (operation === 'connect' && port === 0))
    return failure({
      message: `“${text}” is no address with a port`,
      remedy: 'Write 192.0.2.1:443 or [2001:db8::1]:443.',
    });
  const known = protocol === 'udp' ? 'udp' : 'tcp';
  if (parseAddress(host) === null) {
    const named = parseEgress(`${host}:${digits}`);
    if (operation === 'connect' && named.ok && named.value.kind === 'name' && !host.startsWith('*'))
      return success({ kind: 'name', request: { name: host, port, protocol: known } });
    const remedy = 'Write an address, or behind connect the name of one host: api.example.org:443.';
    return failure({ message: `“${address}” is no address`, remedy });
  }
  return success({ kind: 'address', operation, request: { address: host, port, protocol: known } });
}

export type ExpectedEvent = { readonly text: string; readonly expect: Effect | null };

/** The words people use for an answer. */
const EXPECTATIONS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['allow', 'allow'],
  ['block', 'block'],
  ['kill', 'kill'],
  ['ask', 'require_approval'],
  ['require_approval', 'require_approval'],
]);

export function parseExpectation(text: string): Result<Effect, EventError> {
  const effect = EXPECTATIONS.get(text);
  if (effect !== undefined) return success(effect);
  return failure({ message: `“${text}” is no answer`, remedy: 'Write allow, ask, block or kill.' });
}

/** Reads lines of `{"event": "read ~/x", "expect": "block"}`; empty lines are passed over. */
export function parseEventLines(text: string): Result<readonly ExpectedEvent[], EventError> {
  const events: ExpectedEvent[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const event = parseLine(line);
    if (!event.ok) return failure({ ...event.error, message: `line ${index + 1}: ${event.error.message}` });
    events.push(event.value);
  }
  return success(events);
}

function parseLine(line: string): Result<ExpectedEvent, EventError> {
  const remedy = 'Write one object a line: {"event": "read ~/notes", "expect": "allow"}';
  const parsed = parseStrictJson(new TextEncoder().encode(line));
  if (!parsed.ok) return failure({ message: parsed.error.message, remedy });
  const { value } = parsed.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof value.event !== 'string')
    return failure({ message: 'there is no “event”', remedy });
  const unknown = Object.keys(value).find((name) => name !== 'event' && name !== 'expect');
  if (unknown !== undefined) return failure({ message: `“${unknown}” is not known`, remedy });
  if (value.expect === undefined) return success({ text: value.event, expect: null });
  const expect = parseExpectation(String(value.expect));
  return expect.ok ? success({ text: value.event, expect: expect.value }) : expect;
}

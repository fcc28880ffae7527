import { z } from 'zod';
import { MAX_SIGNERS } from '../../core/manifest/index.ts';
import { ADDRESS_SCOPES } from '../../core/names/address-scope.ts';
import { OPERATIONS } from '../../core/policy/vocabulary.ts';
import { type Refusal, refusal } from '../../core/protocol/errors.ts';
import { MAX_MANIFEST_BYTES } from '../../core/protocol/limits.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Binding, BindRequest, CheckedDraft, DraftRequest, Publisher, PublisherRequest } from './binding.ts';

/**
 * What helper and worker say to each other: JSON, arrays of numbers in base64 (little endian). Not structured clone,
 * because the worker may have fallen to what it has read, and its answer is parsed by root.
 */

const bytes = z.codec(z.base64(), z.instanceof(Uint8Array), {
  decode: (text) => new Uint8Array(Buffer.from(text, 'base64')),
  encode: (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64'),
});

const words = z.codec(z.base64(), z.instanceof(Uint32Array), {
  decode: (text, context) => decodeWhole(text, context, (buffer) => new Uint32Array(buffer), 4),
  encode: (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64'),
});

const halfWords = z.codec(z.base64(), z.instanceof(Uint16Array), {
  decode: (text, context) => decodeWhole(text, context, (buffer) => new Uint16Array(buffer), 2),
  encode: (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64'),
});

function decodeWhole<Words>(
  text: string,
  context: z.core.ParsePayload,
  make: (buffer: ArrayBuffer) => Words,
  size: number,
): Words {
  const raw = Buffer.from(text, 'base64');
  if (raw.length % size !== 0) {
    context.issues.push({ code: 'custom', input: text, message: 'not a whole number of words' });
    return z.NEVER;
  }
  return make(new Uint8Array(raw).buffer);
}

const portRange = z.strictObject({
  low: z.int(),
  high: z.int(),
  protocol: z.int(),
  verdict: z.int(),
  operation: z.int(),
  rule: z.int(),
});

const names = z.strictObject({
  patterns: z.array(z.strictObject({ name: bytes, ending: z.boolean(), host: z.int() })),
  hosts: z.array(z.strictObject({ scopes: z.array(z.enum(ADDRESS_SCOPES)).max(4), ranges: z.array(portRange) })),
  resolvers: bytes,
});
const ruling = z.strictObject({ verdict: z.int(), rule: z.int() });

const tables = z.strictObject({
  components: z.array(bytes),
  nodes: z.strictObject({ wild: words, row: words, accept: words, residual: words, strictest: bytes, flags: bytes }),
  edges: z.strictObject({ state: words, component: words, next: words }),
  matchers: z.strictObject({ classes: bytes, map: words, width: words, rows: words, cells: halfWords }),
  accepts: z.strictObject({ verdict: bytes, rule: words, silent: words }),
  starts: z.strictObject({ device: words, state: words }),
  destinations: z.strictObject({ address: bytes, prefixLength: bytes, ranges: z.array(z.array(portRange)) }),
  names,
  localNames: z.array(z.strictObject({ name: bytes, exact: ruling, longer: ruling })),
});

/** Longer than any pattern, pointer or message that the core writes. */
const text = z.string().max(16_384);

const operations = z.array(z.enum(OPERATIONS)).max(OPERATIONS.length);
const limit = z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable();

const rule = z.strictObject({
  id: z.int().min(1),
  effect: z.enum(['allow', 'require_approval', 'block', 'kill']),
  operations,
  object: text,
  source: z.enum(['base', 'deputy', 'manifest', 'user']),
  pointer: text,
  text,
});

const coSigner = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('valid'),
    keyId: z.string().max(128),
    keyName: z.string().max(256),
    keySource: text.optional(),
  }),
  z.strictObject({ state: z.literal('unknown-key'), keyId: z.string().max(128), signedBy: z.string().max(128) }),
]);

const summary = z.strictObject({
  skillId: z.string().min(1).max(128),
  version: z.string().max(64),
  keyId: z.string().max(128),
  keyName: z.string().max(256),
  coSigners: z.array(coSigner).max(MAX_SIGNERS),
  created: z.string().max(40).nullable(),
  supersedes: z.array(z.string().max(64)).max(1024),
  issue: z.string().regex(/^[0-9a-f]{64}$/),
  policySha256: z.string().regex(/^[0-9a-f]{64}$/),
  onViolation: z.enum(['block', 'kill']),
  insistsOnEnforcing: z.boolean(),
  undeclared: z.strictObject({ asks: operations, audits: operations }),
  limits: z.strictObject({ deletionsPerMinute: limit, processes: limit, bytesSent: limit }),
  rules: z.array(rule).max(32_768),
  proxied: z
    .array(
      z.strictObject({
        name: z.string().max(256),
        ports: z.strictObject({ low: z.int(), high: z.int() }),
        effect: z.enum(['allow', 'block']),
      }),
    )
    .max(32_768)
    .nullable(),
  warnings: z.array(text).max(1000),
});

const refused = z.strictObject({ ok: z.literal(false), error: z.array(refusal).min(1).max(1000) });

const answer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.strictObject({ summary, tables }) }),
  refused,
]);
export type Answer = z.output<typeof answer>;

const checkedDraft = z.strictObject({ text: z.string().max(MAX_MANIFEST_BYTES), warnings: z.array(text).max(1000) });

const draftAnswer = z.discriminatedUnion('ok', [z.strictObject({ ok: z.literal(true), value: checkedDraft }), refused]);
export type DraftAnswer = z.output<typeof draftAnswer>;

const publisher = z.strictObject({
  key: z.string().max(4096),
  skillId: z.string().min(1).max(128),
  version: z.string().max(64),
});

const publisherAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: publisher }),
  refused,
]);
export type PublisherAnswer = z.output<typeof publisherAnswer>;

/** Has a worker read name servers' answers from then on. */
export const READ_ANSWERS = { answers: true } as const;

/** Said once the worker has given up everything it does not need. */
const READY = { confined: true } as const;
const ready = z.strictObject({ confined: z.literal(true) });

// The helper's own words: the worker has no reason to doubt them, the types are enough.
type WireContext = { context: Omit<BindRequest['context'], 'links'>; links: [string, string][] };
type WireSigned = {
  manifest: string;
  detached: string | null;
  keys: (Omit<BindRequest['keys'][number], 'publicKey'> & { publicKey: string })[];
};
type Signed = Pick<BindRequest, 'manifest' | 'detached' | 'keys'>;
type WireRequest = Omit<BindRequest, keyof Signed | 'context'> & WireContext & WireSigned;
type WirePublisher = Omit<PublisherRequest, keyof Signed> & WireSigned;
type WireDraft = Omit<DraftRequest, 'context'> & WireContext;

/** What the worker is to do: a text that has a draft in it is one to be made whole. */
export type Task =
  | { readonly kind: 'bind'; readonly request: BindRequest }
  | { readonly kind: 'draft'; readonly request: DraftRequest }
  | { readonly kind: 'publisher'; readonly request: PublisherRequest }
  | { readonly kind: 'answers' };

function contextToWire({ links, ...context }: BindRequest['context']): WireContext {
  return { context, links: [...(links ?? [])] };
}

function signedToWire({ manifest, detached, keys }: Signed): WireSigned {
  return {
    manifest: Buffer.from(manifest).toString('base64'),
    detached: detached ? Buffer.from(detached).toString('base64') : null,
    keys: keys.map((key) => ({ ...key, publicKey: Buffer.from(key.publicKey).toString('base64') })),
  };
}

function signedFromWire({ manifest, detached, keys }: WireSigned): Signed {
  const read = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
  return {
    manifest: read(manifest),
    detached: detached === null ? null : read(detached),
    keys: keys.map((key) => ({ ...key, publicKey: read(key.publicKey) })),
  };
}

export function encodeRequest(request: BindRequest): string {
  const wire: WireRequest = { ...request, ...contextToWire(request.context), ...signedToWire(request) };
  return JSON.stringify(wire);
}

export function encodePublisherRequest(request: PublisherRequest): string {
  const wire: WirePublisher = { ...request, ...signedToWire(request) };
  return JSON.stringify(wire);
}

export function encodeDraftRequest(request: DraftRequest): string {
  const wire: WireDraft = { ...request, ...contextToWire(request.context) };
  return JSON.stringify(wire);
}

export function decodeTask(line: string): Task {
  const wire = JSON.parse(line) as WireRequest | WireDraft | WirePublisher | typeof READ_ANSWERS;
  if ('answers' in wire) return { kind: 'answers' };
  if ('publisher' in wire) return { kind: 'publisher', request: { ...wire, ...signedFromWire(wire) } };
  if (!('draft' in wire)) return { kind: 'bind', request: decodeRequest(line) };
  const { links, ...rest } = wire;
  return { kind: 'draft', request: { ...rest, context: { ...rest.context, links: new Map(links) } } };
}

export function decodeRequest(line: string): BindRequest {
  const { links, ...wire } = JSON.parse(line) as WireRequest;
  return { ...wire, ...signedFromWire(wire), context: { ...wire.context, links: new Map(links) } };
}

export function encodeReady(): string {
  return JSON.stringify(READY);
}

export function isReady(frame: string): boolean {
  return ready.safeParse(parseJson(frame)).success;
}

export function encodeAnswer(judged: Result<Binding, Refusal[]>): string {
  return JSON.stringify(z.encode(answer, judged as Answer));
}

/** Reads what the worker sent. The forms are checked here; that the numbers fit together is for `checkTables`. */
export function decodeAnswer(frame: string): Result<Answer, string> {
  const parsed = answer.safeParse(parseJson(frame));
  return parsed.success ? success(parsed.data) : failure(z.prettifyError(parsed.error).slice(0, 1000));
}

export function encodeDraftAnswer(judged: Result<CheckedDraft, Refusal[]>): string {
  return JSON.stringify(judged);
}

/** The same for a draft. What its text says is for `vouchFor`. */
export function decodeDraftAnswer(frame: string): Result<DraftAnswer, string> {
  const parsed = draftAnswer.safeParse(parseJson(frame));
  return parsed.success ? success(parsed.data) : failure(z.prettifyError(parsed.error).slice(0, 1000));
}

export function encodePublisherAnswer(judged: Result<Publisher, Refusal[]>): string {
  return JSON.stringify(judged);
}

/** The same for a publisher. That its key is one, and the one that a person was shown, is for `KeyChanges`. */
export function decodePublisherAnswer(frame: string): Result<PublisherAnswer, string> {
  const parsed = publisherAnswer.safeParse(parseJson(frame));
  return parsed.success ? success(parsed.data) : failure(z.prettifyError(parsed.error).slice(0, 1000));
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

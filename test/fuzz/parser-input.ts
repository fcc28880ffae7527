import type { JsonValue } from '../../core/manifest/strict-json.ts';
import * as words from './dictionary.ts';
import { generateManifest } from './generate-manifest.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateTree } from './mutate-tree.ts';
import { Random } from './random.ts';
import { randomStyle, renderJson } from './render-json.ts';

/** How inputs are made, and how often in a thousand. */
const KINDS = {
  valid: 120,
  tree: 280,
  noise: 200,
  bytes: 210,
  grammar: 140,
  splice: 38,
  raw: 11,
  large: 1,
} as const;
export type InputKind = keyof typeof KINDS;

export type ParserInput = { readonly kind: InputKind; readonly bytes: Uint8Array };

const MANIFEST_BYTES = 256 * 1024;
const encoder = new TextEncoder();

export function parserInput(seed: number, index: number): ParserInput {
  const random = new Random(seed, 'parser', index);
  const kind = random.weighted(KINDS);
  return { kind, bytes: bytesOf(kind, random) };
}

function bytesOf(kind: InputKind, random: Random): Uint8Array {
  switch (kind) {
    case 'valid':
      return encoder.encode(manifestText(random, 0));
    case 'tree': {
      const tree = mutateTree(generateManifest(random), random, random.between(1, 4));
      return encoder.encode(renderJson(tree, random, randomStyle(random, 0)));
    }
    case 'noise':
      return encoder.encode(manifestText(random, random.pick([0.01, 0.03, 0.1])));
    case 'bytes':
      return mutateBytes(encoder.encode(manifestText(random, 0)), random, random.pick([1, 1, 2, 3, 6]));
    case 'grammar': {
      const value = anyValue(random, random.between(0, 6));
      return encoder.encode(renderJson(value, random, randomStyle(random, random.pick([0, 0.02, 0.2]))));
    }
    case 'splice': {
      const [one, other] = [manifestText(random, 0), manifestText(random, 0)];
      return encoder.encode(one.slice(0, random.below(one.length)) + other.slice(random.below(other.length)));
    }
    case 'raw':
      return random.bytes(random.below(200));
    case 'large':
      return largeInput(random);
  }
}

function manifestText(random: Random, noise: number): string {
  return renderJson(generateManifest(random), random, randomStyle(random, noise));
}

function anyValue(random: Random, depth: number): JsonValue {
  if (depth === 0 || random.chance(0.3)) {
    return random.pick<JsonValue>([
      null,
      true,
      false,
      0,
      -7,
      2 ** 53 - 1,
      '',
      'a',
      '\u{1f600}',
      '\\"',
      '\u0000é\u2028',
    ]);
  }
  const size = random.below(4);
  if (random.chance(0.5)) return Array.from({ length: size }, () => anyValue(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [random.pick(words.NAMES), anyValue(random, depth - 1)]),
  );
}

/** What has cost other readers more than it weighs: near the limit, a little over it, and all of one kind. */
function largeInput(random: Random): Uint8Array {
  const size = random.chance(0.2) ? MANIFEST_BYTES + random.between(-2, 2) : random.between(10_000, MANIFEST_BYTES);
  const repeat = (part: string) => part.repeat(Math.ceil(size / part.length));
  const makers: readonly (() => string)[] = [
    () => `"${repeat('a').slice(0, size - 2)}"`,
    () => `"${repeat('\\u0041').slice(0, size - (size % 6))}`,
    () => repeat('['),
    () => repeat('{"a":'),
    () => `[${repeat('0,').slice(0, -1)}0]`,
    () => `[${repeat('{},')}{}]`,
    () => `{${Array.from({ length: size >> 4 }, (_, i) => `"n${i}":${i}`).join()}}`,
    () => `{${Array.from({ length: size >> 4 }, (_, i) => `"n${i % 5000}":${i}`).join()}}`,
    () => `{"${repeat('n').slice(0, size >> 1)}":[${repeat('1,').slice(0, size >> 1)}1]}`,
    () => repeat(random.pick([' ', '\n', '\r\n', '\t'])),
    () => `${repeat('\n')}{"a":1`,
    () => `[${repeat('9')}]`,
    () => `[1${repeat('e+')}]`,
    () => `"${repeat('é')}`,
    () => `{"skill_id":"s","version":"1","permissions":{"exec":[${repeat('"x",').slice(0, size)}"x"]},"hashes":{}}`,
    () => `{"hashes":{${Array.from({ length: size >> 4 }, (_, i) => `"/${i}":0`).join()}}}`,
    () => `{"permissions":{"filesystem":{"read":["/${repeat('{a,')}"]}}}`,
    () => `{"permissions":{"filesystem":{"read":["/${repeat('\u202e')}"]}}}`,
    () => `{"skill_id":"${repeat(' ')}","critical":[${repeat('"q",').slice(0, size >> 1)}"q"]}`,
    () => manifestWithLongLists(size, random),
  ];
  const bytes = encoder.encode(random.pick(makers)());
  return random.chance(0.3) ? mutateBytes(bytes, random, random.between(1, 3)) : bytes;
}

function manifestWithLongLists(size: number, random: Random): string {
  const read = Array.from(
    { length: Math.min(1024, size >> 5) },
    () => `${random.pick(words.PATHS)}${random.below(99)}`,
  );
  const egress = Array.from(
    { length: Math.min(1024, size >> 5) },
    (_, i) => `192.0.${i >> 8}.${i & 255}:${1 + (i % 9)}`,
  );
  const hashes = Object.fromEntries(Array.from({ length: size >> 9 }, (_, i) => [`f${i}`, words.HASHES[0]]));
  return JSON.stringify({
    skill_id: 's',
    version: '1',
    permissions: { filesystem: { read }, network: { egress } },
    hashes,
  });
}

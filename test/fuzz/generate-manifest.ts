import { z } from 'zod';
import { manifestSchema } from '../../core/manifest/schema.ts';
import type { JsonValue } from '../../core/manifest/strict-json.ts';
import * as words from './dictionary.ts';
import type { Random } from './random.ts';

type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
};

/** Follows the product's own schema, so that a new field is fuzzed from the day it exists. */
const SCHEMA = z.toJSONSchema(manifestSchema, { unrepresentable: 'any', reused: 'inline' }) as Schema;

/** How often a word is one that should be refused. */
const NASTINESS = 0.01;

/** A manifest that is mostly right. */
export function generateManifest(random: Random): JsonValue {
  return generate(SCHEMA, random, []);
}

function generate(schema: Schema, random: Random, path: readonly string[]): JsonValue {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return generate(random.pick(alternatives), random, path);
  switch (schema.type) {
    case 'object':
      return generateObject(schema, random, path);
    case 'array': {
      const length = random.chance(0.0005) ? random.between(1023, 1026) : random.below(4);
      return Array.from({ length }, () => generate(schema.items ?? {}, random, path));
    }
    case 'integer':
    case 'number':
      return generateNumber(schema, random);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'string':
      return generateText(random, path);
    default:
      return random.pick<JsonValue>([null, true, 1, 'x', [], {}]);
  }
}

function generateObject(schema: Schema, random: Random, path: readonly string[]): JsonValue {
  const members: [string, JsonValue][] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isNeeded = schema.required?.includes(name) ?? false;
    if (random.chance(isNeeded ? 0.998 : 0.3)) members.push([name, generate(property, random, [...path, name])]);
  }
  const { additionalProperties: more } = schema;
  if (typeof more === 'object' && schema.properties === undefined) {
    for (let left = random.below(4); left > 0; left -= 1) {
      members.push([generateText(random, [...path, 'NAME']), generate(more, random, path)]);
    }
  } else if (random.chance(path.length === 0 ? 0.05 : 0.004)) {
    members.push([random.pick(words.NAMES), random.pick<JsonValue>([1, 'x', null, [], { a: [true] }])]);
  }
  if (random.chance(0.3)) members.sort(() => (random.chance(0.5) ? 1 : -1));
  return Object.fromEntries(members.filter(([name]) => name !== '__proto__'));
}

function generateNumber(schema: Schema, random: Random): number {
  const low = Math.max(schema.minimum ?? 0, -1000);
  const high = Math.min(schema.maximum ?? 1000, 100_000);
  return random.chance(NASTINESS * 2)
    ? random.pick([-1, 0, 2 ** 53 - 1, -(2 ** 53 - 1)])
    : random.between(low, Math.max(low, high));
}

/** Text as the place wants it, by the names on the way there. */
function generateText(random: Random, path: readonly string[]): string {
  const isNasty = random.chance(NASTINESS);
  const last = path.at(-1) ?? '';
  if (path.includes('hashes')) {
    if (last !== 'NAME') return random.pick(words.HASHES);
    return random.pick(isNasty ? words.NASTY_SKILL_PATHS : words.SKILL_PATHS);
  }
  if (last === 'sha256') return random.pick(isNasty ? words.NASTY_CONTENTS : words.CONTENTS);
  if (/^(key_id|digest)$/.test(last)) return random.pick(words.HASHES);
  if (last === 'keys') return random.pick(isNasty ? words.NASTY_PUBLIC_KEYS : words.PUBLIC_KEYS);
  if (last === 'url')
    return random.pick(
      isNasty
        ? ['http://x', '', 'https://a@b.example/', 'javascript:1']
        : ['https://example.org/skill', 'https://a.example'],
    );
  if (last === 'agents') return random.pick(words.AGENTS);
  if (last === 'listen') return random.pick(isNasty ? words.NASTY_ADDRESSES : words.LISTENING);
  if (/^(created|expires)$/.test(last)) return random.pick(isNasty ? words.NASTY_DATES : words.DATES);
  if (last === 'value') return random.pick(['', 'AAAA', `${'A'.repeat(86)}==`, 'ab'.repeat(64), '3045022100...']);
  if (last === 'algorithm') return random.pick(['Ed25519', 'Ed25519', 'ed25519', 'RSA']);
  if (last === 'critical')
    return random.pick(isNasty ? ['unknown', 'x'] : ['permissions', 'hashes', 'skill_id', 'on_violation']);
  if (path.includes('env')) return random.pick(isNasty ? words.NASTY_ENVIRONMENT : words.ENVIRONMENT);
  if (path.includes('network') && last === 'deny') return random.pick(isNasty ? words.NASTY_ADDRESSES : words.DENIED);
  if (last === 'egress') return random.pick(isNasty ? words.NASTY_ADDRESSES : words.ADDRESSES);
  if (path.includes('unix_sockets') && last === 'connect')
    return random.pick(isNasty ? words.NASTY_SOCKETS : words.SOCKETS);
  if (path.includes('permissions') || last === 'skill_root')
    return random.pick(isNasty ? words.NASTY_PATHS : words.PATHS);
  return random.pick(isNasty ? words.NASTY_LABELS : words.LABELS);
}

/** Starters: manifests for agents that people know, as data, each joined with what every one of them needs. */
import { failure, type Result, success } from '../result.ts';
import { parseManifest } from './parse.ts';
import type { Manifest, Permissions } from './schema.ts';

/** Name of the starter that is part of every other, and is none by itself. */
const BASE = 'base-dev';

export type Starter = {
  /** Its skill_id, and the name of its file. */
  readonly id: string;
  /** Names of the programs that start the agent; none: it is for no command in particular. */
  readonly agents: readonly string[];
  /** As it is signed, without hashes. */
  readonly manifest: Manifest;
};

export type StarterFile = { readonly name: string; readonly bytes: Uint8Array };

/** Every starter of a folder, read as strictly as any manifest. The error is a sentence. */
export function startersFrom(files: readonly StarterFile[]): Result<Starter[], string> {
  const read = new Map<string, Manifest>();
  for (const { name, bytes } of files) {
    const parsed = parseManifest(bytes);
    if (!parsed.ok) return failure(`${name}: ${parsed.error.message}`);
    if (name !== `${parsed.value.skill_id}.json`) return failure(`${name}: its skill_id is ${parsed.value.skill_id}`);
    read.set(parsed.value.skill_id, parsed.value);
  }
  const base = read.get(BASE);
  if (base === undefined) return failure(`there is no ${BASE}.json`);
  read.delete(BASE);
  return success([...read].map(([id, own]) => starterOf(id, own, base)));
}

/** The starter for a program; undefined: there is none. */
export function starterFor(program: string | null, starters: readonly Starter[]): Starter | undefined {
  return program === null ? undefined : starters.find(({ agents }) => agents.includes(program));
}

function starterOf(id: string, own: Manifest, base: Manifest): Starter {
  const { $schema: _, ...rest } = own;
  const permissions = join(own.permissions, base.permissions) as Permissions;
  return { id, agents: own.applies_to?.agents ?? [], manifest: { ...rest, permissions } };
}

/** Lists are joined, what is a single word is the own one's where it says it. */
function join(own: unknown, base: unknown): unknown {
  if (own === undefined) return base;
  if (Array.isArray(own) && Array.isArray(base)) return distinct([...own, ...base]);
  if (!isObject(own) || !isObject(base)) return own;
  const names = new Set([...Object.keys(own), ...Object.keys(base)]);
  return Object.fromEntries([...names].map((name) => [name, join(own[name], base[name])]));
}

function distinct(list: readonly unknown[]): unknown[] {
  return [...new Map(list.map((entry) => [JSON.stringify(entry), entry])).values()];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

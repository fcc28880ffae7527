/** The skills that a session is started with: which there are, and what each needs that only whoever starts it knows. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseManifest } from '../../core/manifest/index.ts';
import type { Params } from '../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { prepare } from './preparation.ts';
import { readManifest } from './read-manifest.ts';

export type SkillOptions = { readonly skill?: readonly string[]; readonly skills?: readonly string[] };
export type WantedSkills = {
  readonly skills: NonNullable<Params<'session.prepare'>['skills']>;
  readonly warnings: readonly string[];
};

const NAME = 'clawmanifest.json';

/** Those that are named, and each folder right below a folder of skills that has a manifest. The error is a sentence. */
export function wantedSkills({ skill = [], skills = [] }: SkillOptions): Result<WantedSkills, string> {
  const named = [...skill];
  for (const folder of skills) {
    const found = skillsIn(resolve(folder));
    if (!found.ok) return found;
    named.push(...found.value);
  }
  const wanted: WantedSkills['skills'] = [];
  const warnings: string[] = [];
  for (const one of named) {
    const manifest = readManifest(one);
    if (!manifest.ok) return failure(`skill ${one}: ${manifest.error}`);
    const { path, bytes } = manifest.value;
    if (wanted.some(({ manifestPath }) => manifestPath === path)) continue;
    const { programs, symbols } = prepare(bytes);
    wanted.push({
      manifestPath: path,
      ...(programs.length > 0 ? { programs: [...programs] } : {}),
      ...(Object.keys(symbols).length > 0 ? { symbols } : {}),
    });
    warnings.push(...withoutEffect(path, bytes));
  }
  return success({ skills: wanted, warnings });
}

function skillsIn(folder: string): Result<string[], string> {
  try {
    const names = readdirSync(folder).sort();
    return success(names.map((name) => join(folder, name)).filter(hasManifest));
  } catch (error) {
    return failure(`cannot read ${folder}: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

function hasManifest(folder: string): boolean {
  return statSync(join(folder, NAME), { throwIfNoEntry: false })?.isFile() === true;
}

/** The agent starts its skills, so what is said of starting is the agent's to say. */
function withoutEffect(path: string, bytes: Uint8Array): string[] {
  const parsed = parseManifest(bytes);
  if (!parsed.ok || parsed.value.permissions.env === undefined) return [];
  return [`${path}: permissions.env has no effect for a skill: the agent starts it with an environment of its own`];
}

/** The skills that a session is started with: which there are, and what each needs that only whoever starts it knows. */
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseManifest } from '../../core/manifest/index.ts';
import type { Params } from '../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { prepare } from './preparation.ts';
import { type Problem, readManifest } from './read-manifest.ts';
import { isWithin } from './workspace.ts';

export type SkillOptions = { readonly skill?: readonly string[]; readonly skills?: readonly string[] };
export type WantedSkills = {
  readonly skills: NonNullable<Params<'session.prepare'>['skills']>;
  readonly warnings: readonly string[];
};

const NAME = 'clawmanifest.json';
const REMEDY = 'Name the manifest of each skill, or its folder.';

/** Those that are named, and each folder right below a folder of skills that has a manifest. What is found in the workspace does not lead out of it. */
export function wantedSkills(
  { skill = [], skills = [] }: SkillOptions,
  workspace: string | null = null,
): Result<WantedSkills, Problem> {
  const named = [...skill];
  for (const folder of skills) {
    const found = skillsIn(resolve(folder), workspace);
    if (!found.ok) return found;
    named.push(...found.value);
  }
  const wanted: WantedSkills['skills'] = [];
  const warnings: string[] = [];
  for (const one of named) {
    const manifest = readManifest(one);
    if (!manifest.ok) return failure({ ...manifest.error, message: `skill ${one}: ${manifest.error.message}` });
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

function skillsIn(folder: string, workspace: string | null): Result<string[], Problem> {
  try {
    const names = readdirSync(folder).sort();
    const found = names.map((name) => join(folder, name)).filter(hasManifest);
    const astray = found.find((one) => leadsOut(workspace, folder, one));
    if (astray === undefined) return success(found);
    const remedy = 'If you mean it, name the skill itself: --skill FOLDER';
    return failure({ message: `${astray} leads out of the workspace`, remedy });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failure({ message: `cannot read ${folder}: ${code ?? error}`, remedy: REMEDY });
  }
}

/** Whatever lies in its place: what is no manifest is refused when it is read. */
function hasManifest(folder: string): boolean {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return lstatSync(join(folder, NAME), { throwIfNoEntry: false }) !== undefined;
}

/** Who may write to a workspace could have put a link there. */
function leadsOut(workspace: string | null, folder: string, found: string): boolean {
  return workspace !== null && isWithin(workspace, realpathSync(folder)) && !isWithin(workspace, realpathSync(found));
}

/** The agent starts its skills, so what is said of starting is the agent's to say. */
function withoutEffect(path: string, bytes: Uint8Array): string[] {
  const parsed = parseManifest(bytes);
  if (!parsed.ok || parsed.value.permissions.env === undefined) return [];
  return [`${path}: permissions.env has no effect for a skill: the agent starts it with an environment of its own`];
}

import { parse } from 'yaml';
import { hashesOf, type SkillEntry } from './hashes.ts';
import type { Manifest } from './schema.ts';

export type Draft = {
  readonly manifest: Manifest /** What the person should look at, one sentence each. */;
  readonly notes: readonly string[];
};

export type DraftInput = {
  readonly folderName: string;
  /** Text of SKILL.md; null when the skill has none. */
  readonly skillText: string | null;
  readonly entries: readonly SkillEntry[];
};

/** A manifest that names the skill and its files and grants nothing: what it may do is for a person to write. */
export function draftManifest({ folderName, skillText, entries }: DraftInput): Draft {
  const matter = readFrontMatter(skillText);
  const description = textOf(matter.fields.description);
  const manifest: Manifest = {
    skill_id: textOf(matter.fields.name) ?? folderName,
    version: textOf(matter.fields.version) ?? textOf(recordOf(matter.fields.metadata).version) ?? '0.1.0',
    ...(description === undefined ? {} : { description: description.slice(0, 4096).toWellFormed() }),
    permissions: { filesystem: { read: [], write: [] }, network: { egress: [] }, exec: [] },
    hashes: hashesOf(entries),
  };
  return { manifest, notes: [...matter.notes, ...programNotes(matter.fields)] };
}

type Fields = { readonly [name: string]: unknown };
type FrontMatter = { readonly fields: Fields; readonly notes: readonly string[] };

function readFrontMatter(text: string | null): FrontMatter {
  if (text === null) return { fields: {}, notes: ["There is no SKILL.md: skill_id is the folder's name."] };
  const block = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(\r?\n|$)/.exec(text)?.[1];
  if (block === undefined)
    return { fields: {}, notes: ["SKILL.md has no front matter: skill_id is the folder's name."] };
  try {
    return { fields: recordOf(parse(block, { maxAliasCount: 10, logLevel: 'error' })), notes: [] };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split('\n', 1)[0] : String(thrown);
    return {
      fields: {},
      notes: [`The front matter of SKILL.md is no valid YAML (${reason}): skill_id is the folder's name.`],
    };
  }
}

function programNotes(fields: Fields): string[] {
  const requires = recordOf(recordOf(recordOf(fields.metadata).openclaw).requires);
  const programs = [requires.bins, requires.anyBins]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter(isText);
  if (programs.length === 0) return [];
  return [
    `SKILL.md asks for ${programs.join(', ')}: nothing is granted; add the full paths you accept to permissions.exec.`,
  ];
}

function recordOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return isText(text) && text.trim() !== '' ? text.trim() : undefined;
}

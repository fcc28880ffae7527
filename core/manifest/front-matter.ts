import { parse } from 'yaml';

/** What the head of a SKILL.md says (agentskills.io, with what OpenClaw adds), nothing of it checked yet. */
export type FrontMatter = {
  readonly name: string | null;
  readonly version: string | null;
  readonly description: string | null;
  /** Programs it needs; of the second kind one is enough. */
  readonly programs: readonly string[];
  readonly anyProgram: readonly string[];
  readonly variables: readonly string[];
  readonly settings: readonly string[];
  /** How it wants programs to be installed, as it is written. */
  readonly installs: readonly string[];
  readonly notes: readonly string[];
};

/** Far more than any head needs; a reader of YAML takes long for what is meant to take long. */
const MAX_CHARACTERS = 16 * 1024;
const MAX_NESTING = 16;
const MAX_WORDS = 64;
const MAX_WORD_CHARACTERS = 256;

const NOTHING: Omit<FrontMatter, 'notes'> = {
  name: null,
  version: null,
  description: null,
  programs: [],
  anyProgram: [],
  variables: [],
  settings: [],
  installs: [],
};

/** Reads the front matter of a SKILL.md that anyone may have written. */
export function readFrontMatter(text: string | null): FrontMatter {
  if (text === null) return { ...NOTHING, notes: ["There is no SKILL.md: skill_id is the folder's name."] };
  const block = /^\ufeff?---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)?---[ \t]*(?:\r?\n|$)/.exec(
    text.slice(0, MAX_CHARACTERS),
  )?.[1];
  if (block === undefined)
    return { ...NOTHING, notes: ["SKILL.md has no front matter at its beginning: skill_id is the folder's name."] };
  if (nestingOf(block) > MAX_NESTING)
    return { ...NOTHING, notes: ['The front matter of SKILL.md is nested too deeply.'] };
  try {
    return fieldsOf(parse(block, { maxAliasCount: 10, logLevel: 'error' }));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split('\n', 1)[0] : String(thrown);
    const note = `The front matter of SKILL.md is no valid YAML (${reason}): skill_id is the folder's name.`;
    return { ...NOTHING, notes: [note] };
  }
}

/** Brackets and indentation, before a parser is let near it. */
function nestingOf(block: string): number {
  let open = 0;
  let most = 0;
  for (const character of block) {
    if (character === '[' || character === '{') open += 1;
    else if (character === ']' || character === '}') open -= 1;
    most = Math.max(most, open);
  }
  const dashes = block.split('\n').map((line) => (/^[\s?:-]*/.exec(line)?.[0] ?? '').replace(/\s/g, '').length);
  return Math.max(most, ...dashes);
}

function fieldsOf(root: unknown): FrontMatter {
  const metadata = member(root, 'metadata');
  const openclaw = member(metadata, 'openclaw');
  const requires = member(openclaw, 'requires');
  return {
    name: textOf(member(root, 'name')),
    version: textOf(member(root, 'version')) ?? textOf(member(metadata, 'version')),
    description: textOf(member(root, 'description')),
    programs: wordsOf(member(requires, 'bins')),
    anyProgram: wordsOf(member(requires, 'anyBins')),
    variables: wordsOf(member(requires, 'env')),
    settings: wordsOf(member(requires, 'config')),
    installs: installsOf(member(openclaw, 'install')),
    notes: [],
  };
}

/** An own member of a map; what anything else inherits is none. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
    return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}

function wordsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
  return list
    .filter((one): one is string => typeof one === 'string' && one.length <= MAX_WORD_CHARACTERS)
    .slice(0, MAX_WORDS);
}

function installsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [];
  return list.slice(0, MAX_WORDS).flatMap((one) => {
    const parts = ['kind', 'formula', 'package', 'module', 'url'].flatMap((name) => textOf(member(one, name)) ?? []);
    return parts.length === 0 ? [] : [parts.join(' ').slice(0, MAX_WORD_CHARACTERS)];
  });
}

import { escapePattern } from '../policy/pattern/parse-pattern.ts';
import { type Found, isScript, type SkillText, searchTexts, type TextFindings } from './draft-text.ts';
import { parseEgress } from './egress.ts';
import { type FrontMatter, readFrontMatter } from './front-matter.ts';
import { hashesOf, type SkillEntry } from './hashes.ts';
import { quoteVisibly } from './hidden-character.ts';
import { checkPathPattern } from './path-pattern.ts';
import type { Manifest } from './schema.ts';
import { handsOutRights, isSecretPlace } from './secret-places.ts';

export type DraftEntry = {
  /** The list of permissions, such as `exec`. */
  readonly list: string;
  readonly entry: string;
  /** What in the skill asks for it. */
  readonly why: string;
};

export type Draft = {
  readonly manifest: Manifest;
  /** What the draft grants. */
  readonly granted: readonly DraftEntry[];
  /** What the skill seems to want, and a person has to decide. */
  readonly suggested: readonly DraftEntry[];
  /** What the person should look at, one sentence each. */
  readonly notes: readonly string[];
};

export type DraftInput = {
  readonly folderName: string;
  /** Text of SKILL.md; null when the skill has none. */
  readonly skillText: string | null;
  readonly entries: readonly SkillEntry[];
  /** The files of the skill that are text. */
  readonly texts: readonly SkillText[];
  /** The path under which a program that is named, or that a path names, is to be granted; null when there is none. */
  readonly findProgram: (name: string) => string | null;
};

/**
 * A manifest for a skill that anyone may have written: it reads its own folder and runs the programs it names, as far as these
 * hand out no rights of others; its scripts reach the hosts they name. Everything else is a suggestion, and no secret is one.
 */
export function draftManifest(input: DraftInput): Draft {
  const matter = readFrontMatter(input.skillText);
  const found = searchTexts(input.texts);
  const judged = [...programs(matter, found, input), ...scripts(input), ...hosts(found)];
  const granted: DraftEntry[] = [
    { list: 'filesystem.read', entry: '$SKILL/**', why: "the skill's own folder" },
    ...distinct(judged.filter(({ isGranted }) => isGranted).map(({ entry }) => entry)),
  ];
  const suggested = [
    ...judged.filter(({ isGranted }) => !isGranted).map(({ entry }) => entry),
    ...addresses(found),
    ...places(found),
    ...variables(matter),
  ];
  const of = (list: string) => granted.filter((one) => one.list === list).map(({ entry }) => entry);
  const { description } = matter;
  const manifest: Manifest = {
    skill_id: matter.name ?? input.folderName,
    version: matter.version ?? '0.1.0',
    ...(description === null ? {} : { description: description.slice(0, 4096).toWellFormed() }),
    permissions: {
      filesystem: { read: of('filesystem.read'), write: [] },
      network: { egress: of('network.egress') },
      exec: of('exec'),
    },
    hashes: hashesOf(input.entries),
  };
  const notes = [...matter.notes, ...secretNotes(found), ...otherNotes(matter)];
  return { manifest, granted, suggested: distinct(suggested), notes };
}

type Judged = { readonly isGranted: boolean; readonly entry: DraftEntry };

function distinct(entries: readonly DraftEntry[]): DraftEntry[] {
  return [...new Map([...entries].reverse().map((one) => [`${one.list} ${one.entry}`, one])).values()].reverse();
}

function at({ path, line }: Found): string {
  return `${quoteVisibly(path)} line ${line}`;
}

function programs(matter: FrontMatter, found: TextFindings, { findProgram }: DraftInput): Judged[] {
  const wanted = [
    ...matter.programs.map((name) => ({ name, why: `SKILL.md asks for ${quoteVisibly(name)}` })),
    ...matter.anyProgram.map((name) => ({
      name,
      why: `SKILL.md asks for ${quoteVisibly(name)} or another of several`,
    })),
    ...found.interpreters.map((one) => ({ name: one.what, why: `${at(one)} is run by it` })),
  ];
  return wanted.flatMap(({ name, why }): Judged[] => {
    const isPlain = /^[A-Za-z0-9._+-]+$/.test(name) || /^(\/[A-Za-z0-9._+-]+)+$/.test(name);
    const path = isPlain && !/(^|\/)\.\.?(\/|$)/.test(name) ? findProgram(name) : null;
    if (path === null)
      return [{ isGranted: false, entry: { list: 'exec', entry: name, why: `${why}; there is no such program here` } }];
    const entry = escapePattern(path);
    if (checkPathPattern(entry) !== null) return [];
    const isStrong = handsOutRights(name) || handsOutRights(path) || isSecretPlace(path);
    const reason = isStrong ? `${why}; it hands out the rights of others` : why;
    return [{ isGranted: !isStrong, entry: { list: 'exec', entry, why: reason } }];
  });
}

function scripts({ texts }: DraftInput): Judged[] {
  return texts.flatMap((one) => {
    const entry = `$SKILL/${escapePattern(one.path)}`;
    if (!one.executable || !isScript(one) || checkPathPattern(entry) !== null) return [];
    return [{ isGranted: true, entry: { list: 'exec', entry, why: 'a program of the skill itself' } }];
  });
}

function hosts({ hosts: found }: TextFindings): Judged[] {
  return found.flatMap((one) => {
    const entry = `${one.what}:443`;
    const parsed = parseEgress(entry);
    if (!parsed.ok || parsed.value.kind !== 'name') return [];
    return [{ isGranted: true, entry: { list: 'network.egress', entry, why: `${at(one)} reaches it by https` } }];
  });
}

function addresses({ addresses: found }: TextFindings): DraftEntry[] {
  return found.flatMap((one) => {
    const target = /^[a-z0-9+.-]+:\/\/(?:[^@/?#]*@)?([^/?#]+)/i.exec(one.what)?.[1]?.toLowerCase() ?? '';
    const entry = /:\d+$/.test(target) ? target : `${target}:${/^http:/i.test(one.what) ? 80 : 443}`;
    if (!/^(https?|wss?):/i.test(one.what) || !parseEgress(entry).ok) return [];
    return [{ list: 'network.egress', entry, why: `${at(one)} names ${quoteVisibly(one.what.slice(0, 80))}` }];
  });
}

function places({ places: found }: TextFindings): DraftEntry[] {
  return found.flatMap((one) =>
    isSecretPlace(one.what) || checkPathPattern(one.what) !== null
      ? []
      : [{ list: 'filesystem.read', entry: one.what, why: `${at(one)} names it` }],
  );
}

function secretNotes({ places: found }: TextFindings): string[] {
  return found
    .filter(({ what }) => isSecretPlace(what))
    .map(
      (one) =>
        `${at(one)} names ${quoteVisibly(one.what)}, where secrets are kept: nothing of it is granted or suggested.`,
    );
}

function variables({ variables: names }: FrontMatter): DraftEntry[] {
  return names
    .filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map((entry) => ({ list: 'env.pass', entry, why: 'SKILL.md asks for it; such variables often hold keys' }));
}

function otherNotes({ settings, installs }: FrontMatter): string[] {
  return [
    ...settings.map(
      (name) => `SKILL.md asks for the setting ${quoteVisibly(name)}: if it lies in a file, grant that file by hand.`,
    ),
    ...installs.map(
      (what) => `SKILL.md wants to install something (${quoteVisibly(what)}): nothing is granted for that.`,
    ),
  ];
}

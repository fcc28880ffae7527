/** docs/locations.md: the catalogue of sensitive locations as people read it. */
import {
  CATALOGUE,
  type CatalogueLocation,
  type IdentityLocation,
  type Protection,
  type RuleLocation,
  TRUSTED_PROGRAMS,
} from './catalogue.ts';
import { deputyNamed } from './deputies.ts';
import type { OthersAnswer } from './others-answers.ts';

const ABOUT = `# Sensitive locations

Made by \`node build/locations-table.ts\` from the data files in \`core/policy/catalogue\`; a test says when that is due. A new row needs no
code: add it to the file of its group.

**Agents** is what becomes of agents whatever a manifest grants. *Refused*: no manifest opens it. *Asked*: where a manifest grants it, a
person is asked each time. *Own*: open to that agent as far as its manifest grants it. In force below every person's home and runtime
directory, and where a row refers to \`locations.json\` or to deputies. In root's own places changes are closed to whoever has a manifest, and
reading is left to permissions; not yet in force in \`$PROJECT\`, a folder of a project.

**Others** is what becomes of people's programs that are no agents, neither trusted nor accepted: in force below every person's home and
runtime directory while the machine is enforcing, and only put on record while it learns or audits. *By permissions*: root's own places,
which people's programs cannot read or change anyway; the guard does not look at them.
`;

const TRUSTED = `## Trusted programs

A file counts as far as it belongs to root and nobody else may write it.

| program | files |
|---|---|
`;

/** The whole page. */
export function catalogueTable(): string {
  const groups = CATALOGUE.map(
    ({ title, locations }) =>
      `## ${title}\n\n| location | where | of | agents | others | trusted | why |\n|---|---|---|---|---|---|---|\n${locations.map(rowOf).join('')}`,
  );
  const programs = TRUSTED_PROGRAMS.map(({ name, files }) => `| ${name} | ${codes(files)} |\n`).join('');
  return `${[ABOUT, ...groups].join('\n')}\n${TRUSTED}${programs}`;
}

function rowOf(location: CatalogueLocation): string {
  const { name, why } = location;
  if ('deputies' in location) return line([name, grantsOf(location.deputies), 'connecting', '', '', '', why]);
  if ('locations' in location)
    return line([name, `\`locations.json\`: ${location.locations.join(', ')}`, '', 'by identity', '', '', why]);
  if ('kernel' in location) return line([name, location.kernel, '', 'refused', '', '', why]);
  const trusted = (location.trusted ?? []).join(', ');
  const where = codes(location.paths);
  return line([name, where, WORDS[location.protects], agentsOf(location), othersOf(location), trusted, why]);
}

const WORDS: Readonly<Record<Protection, string>> = {
  content: 'reading, changing, running',
  reading: 'reading',
  change: 'changing',
  planting: 'writing, creating',
};

const OTHERS: Readonly<Record<OthersAnswer, string>> = {
  allow: 'allowed',
  audit: 'recorded',
  ask: 'blocked and asked',
  deny: 'denied',
};

/** A folder of a project is not looked at: `allow` is all that a row of it may say. */
function othersOf({ others, paths }: RuleLocation | IdentityLocation): string {
  const ofRoot = paths.filter((path) => path.startsWith('/'));
  if (ofRoot.length === paths.length) return 'by permissions';
  return ofRoot.length === 0 ? OTHERS[others] : `${OTHERS[others]}; outside of homes by permissions`;
}

function agentsOf(location: RuleLocation | IdentityLocation): string {
  if ('location' in location) return `by identity: ${location.location}`;
  const answer = location.agents === 'refuse' ? 'refused' : 'asked';
  return location.own === undefined ? answer : `${answer}; own: ${location.own.join(', ')}`;
}

const GRANTS = { allow: 'opened by its name', ask: 'opened by its name, and asked', never: 'never opened' } as const;

function grantsOf(names: readonly string[]): string {
  const deputies = names.map((name) => `${name} (${GRANTS[deputyNamed(name)?.grant ?? 'never']})`);
  return `[deputies](manifest.md#permissions): ${deputies.join(', ')}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function codes(texts: readonly string[]): string {
  return texts.map((text) => `\`${text.replaceAll('|', '\\|')}\``).join(' ');
}

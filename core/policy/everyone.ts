/** The catalogue for programs that are no agents, as an automaton over the places below homes. docs/decisions/0018. */
import { type Result, success } from '../result.ts';
import type { Agent } from './agents.ts';
import { OPERATION_SLOTS } from './automaton/accept.ts';
import { below } from './bind-context.ts';
import { type AGENT_ANSWERS, PLACED_LOCATIONS, PROTECTIONS, TRUSTED_PROGRAMS } from './catalogue.ts';
import { compile } from './compile.ts';
import { CODE_FILES, INJECTING_VARIABLES } from './environment.ts';
import type { OthersAnswer } from './others-answers.ts';
import { escapePattern } from './pattern/parse-pattern.ts';
import { parsedPatterns } from './pattern/parsed-patterns.ts';
import type { PolicyError } from './policy-error.ts';
import { NO_LIMITS, type PathRule, type Policy, REFUSE_UNDECLARED, ruleId } from './rule.ts';
import { wordsBelow } from './strictest-rows.ts';
import type { Mount, PolicyTables } from './tables.ts';
import { type Effect, type Operation, operationCode } from './vocabulary.ts';

const RUNTIME = '$XDG_RUNTIME_DIR';

export interface Person {
  readonly uid: number;
  readonly home: string;
}

type Row = (typeof PLACED_LOCATIONS)[number];

/** Rows of the catalogue that have places below homes, by their number in the kernel: 1, 2, 3 … in the order of the catalogue. */
export const EVERYONE_ROWS: ReadonlyMap<number, Row> = new Map(
  PLACED_LOCATIONS.map((row, index): [number, Row] => [index + 1, row]).filter(([, { paths }]) =>
    paths.some(isPersonal),
  ),
);

/** Room for rows in the kernel: `RF_MAX_EVERYONE_ROWS`, of which 0 is none. */
export const MAX_ROWS = 255;

/** `RF_TEXT_ENVIRONMENT` */
export const ENVIRONMENT_DEVICE = 0xffff_fffc;
/** The operations whose entries a variable's name has: `RF_TEXT_ENVIRONMENT`. */
export const INJECTS = 'exec';
export const INJECTS_WITH_PATH = 'read';

/** `RF_TEXT_CODE`, with entries for INJECTS. */
export const CODE_DEVICE = 0xffff_fffb;

const VARIABLES = '/environment:';
const CODE = '/code:';
const TEXT_MOUNTS: readonly Mount[] = [
  { device: ENVIRONMENT_DEVICE, root: '/', mountpoint: VARIABLES, type: 'text' },
  { device: CODE_DEVICE, root: '/', mountpoint: CODE, type: 'text' },
];

export interface EveryoneTables {
  readonly tables: PolicyTables;
  /** Bit per byte that a name right below a home begins with where a place is: 32 bytes. */
  readonly beginnings: Uint8Array;
}

/** Absent: the catalogue's own answer. */
export type Overrides = ReadonlyMap<string, OthersAnswer>;

const EFFECTS: Readonly<Record<Exclude<OthersAnswer, 'allow'>, Effect>> = {
  audit: 'allow',
  ask: 'require_approval',
  deny: 'block',
};

const AGENTS_EFFECTS: Readonly<Record<(typeof AGENT_ANSWERS)[number], Effect>> = {
  refuse: 'block',
  ask: 'require_approval',
};

/** Below a person's home or runtime directory: not root's own places, which permissions keep, nor folders of projects. */
function isPersonal(place: string): boolean {
  return place.startsWith('~') || place.startsWith(RUNTIME);
}

/** What the row is called that the kernel reports; null: this version has none of that number. */
export function everyoneRow(number: number): string | null {
  return EVERYONE_ROWS.get(number)?.name ?? null;
}

/** The tables for these people's homes. Their rules are numbers of rows; in the last slot of each state, what is said at or below it. */
export function everyoneTables(
  people: readonly Person[],
  mounts: readonly Mount[],
  overrides: Overrides,
): Result<EveryoneTables, PolicyError> {
  const effectOf = ({ name, others }: Row) => {
    const answer = overrides.get(name) ?? others;
    return answer === 'allow' ? null : EFFECTS[answer];
  };
  const places = people.flatMap((person) => placesOf(person, effectOf));
  const tables = tablesOf([...places, ...variableEntries(), ...codeEntries()], [...mounts, ...TEXT_MOUNTS]);
  if (!tables.ok) return tables;
  return success({ tables: tables.value, beginnings: beginningsOf(people, [...places, ...agentsPlaces(people)]) });
}

/** The tables of what agents are kept from there, whatever a manifest grants. Their rules are numbers of rows as well. */
export function agentsTables(people: readonly Person[], mounts: readonly Mount[]): Result<PolicyTables, PolicyError> {
  return tablesOf(agentsPlaces(people), mounts);
}

/** Rows that are an agent's own: there its manifest decides. */
export function ownRows({ id, command }: Agent): number[] {
  const names = [command, id, id.replace(/-cli$/, '')];
  return [...EVERYONE_ROWS].flatMap(([number, row]) =>
    'own' in row && row.own?.some((own) => names.includes(own)) ? [number] : [],
  );
}

function agentsPlaces(people: readonly Person[]): Entry[] {
  const effectOf = (row: Row) => ('agents' in row ? AGENTS_EFFECTS[row.agents] : null);
  return people.flatMap((person) => placesOf(person, effectOf));
}

function tablesOf(entries: readonly Entry[], mounts: readonly Mount[]): Result<PolicyTables, PolicyError> {
  const compiled = compile(policyOf(entries), mounts);
  if (!compiled.ok) return compiled;
  const { accepts } = compiled.value;
  const rule = accepts.rule.map((id) => entries[id - 1]?.row ?? 0);
  return success(wordsBelow({ ...compiled.value, accepts: { ...accepts, rule } }));
}

/** What trusted programs are installed as, and the rows that each is trusted at. */
export function trustedFiles(): { readonly path: string; readonly rows: readonly number[] }[] {
  return TRUSTED_PROGRAMS.flatMap(({ name, files }) => {
    const rows = [...EVERYONE_ROWS].flatMap(([number, { trusted }]) => (trusted?.includes(name) ? [number] : []));
    return files.map((path) => ({ path, rows }));
  });
}

type Entry = {
  readonly pattern: string;
  readonly effect: Effect;
  readonly operations: readonly Operation[];
  readonly row: number;
};

/** `effectOf`: null where the row has nothing to say. */
function placesOf(person: Person, effectOf: (row: Row) => Effect | null): Entry[] {
  return [...EVERYONE_ROWS].flatMap(([number, row]) => {
    const { paths, protects } = row;
    const effect = effectOf(row);
    if (effect === null) return [];
    const shared = { effect, operations: PROTECTIONS[protects], row: number };
    return paths.filter(isPersonal).map((place) => ({ ...shared, pattern: placeOf(place, person) }));
  });
}

function placeOf(place: string, { uid, home }: Person): string {
  if (place.startsWith('~')) return below(home, place.slice(1));
  return `${runtimeDirectory(uid)}${place.slice(RUNTIME.length)}`;
}

export function runtimeDirectory(uid: number): string {
  return `/run/user/${uid}`;
}

function variableEntries(): Entry[] {
  return INJECTING_VARIABLES.flatMap(({ names, counts }) =>
    names.map(
      (name): Entry => ({
        pattern: `${VARIABLES}/${name}`,
        effect: 'allow',
        operations: [counts === 'always' ? INJECTS : INJECTS_WITH_PATH],
        row: 1,
      }),
    ),
  );
}

function codeEntries(): Entry[] {
  return CODE_FILES.map((name) => ({ pattern: `${CODE}/${name}`, effect: 'allow', operations: [INJECTS], row: 1 }));
}

/** Rules in the order of rows: of those that are equally strict the first counts. */
function policyOf(entries: readonly Entry[]): Policy {
  const paths = entries.map(
    ({ pattern, effect, operations }, index): PathRule => ({
      id: ruleId(index + 1),
      effect,
      operations,
      pattern,
      silent: false,
      origin: { source: 'base', pointer: `everyone[${index}]`, text: pattern },
    }),
  );
  return {
    ...{ paths, network: [], names: [], resolvers: [], warnings: [] },
    ...{ onViolation: 'block', undeclared: REFUSE_UNDECLARED, limits: NO_LIMITS },
  };
}

/** The first bytes of the names that patterns have right below a home; all of them where one begins with a wildcard. */
function beginningsOf(people: readonly Person[], places: readonly Entry[]): Uint8Array {
  const bits = new Uint8Array(32);
  for (const { home } of people) {
    const depth = home.split('/').filter(Boolean).length;
    const prefix = `${escapePattern(home)}/`;
    for (const { pattern } of places) {
      if (!pattern.startsWith(prefix)) continue;
      for (const parsed of parsedPatterns(pattern)) {
        const component = parsed[depth];
        const first = component?.kind === 'name' ? component.elements[0] : undefined;
        if (first?.kind !== 'bytes') return bits.fill(0xff);
        const byte = first.bytes[0] ?? 0;
        bits[byte >> 3] = (bits[byte >> 3] ?? 0) | (1 << (byte & 7));
      }
    }
  }
  return bits;
}

/** The entry that a state has for an operation; 0: none. */
export function entryAt({ nodes, accepts }: PolicyTables, state: number, operation: Operation): number {
  return accepts.rule[(nodes.accept[state] ?? 0) * OPERATION_SLOTS + operationCode(operation)] ?? 0;
}

/**
 * Every row of the catalogue in two homes: a program that nobody trusts is stopped at every protected operation, a trusted one is not, and
 * what is absent cannot be planted. Each with its controls: without a guard, and with one that only audits, the same deeds succeed.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PathOperation } from '../../../core/policy/vocabulary.ts';
import type { InboxEntry } from '../../../core/protocol/everyone.ts';
import { sleep, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import type { Administrator } from './administrator.ts';
import { answerTo, type Deed, deedsIn, EPERM, isStopped, outcomesOf, planOf } from './deeds.ts';
import {
  HOME_ROWS,
  judged,
  makeHomes,
  PEOPLE,
  type Person,
  type Place,
  placesOf,
  type Row,
  type Size,
  stateOf,
} from './home.ts';
import { filesOf } from './stand-ins.ts';

export interface RowsSetup {
  readonly tally: Tally;
  /** The program that does the deeds. */
  readonly doer: string;
  /** Every file of every trusted program, or one of each. */
  readonly size: Size;
}

/** Root's, and nobody's: neither trusted nor accepted. */
const WRONG = '/usr/local/bin/nobodys-program';
const PLANS = '/opt/plans';
const MOST_SHOWN = 12;
const ON_RECORD_MS = 60_000;
const SETTLED_MS = 10_000;
/** There is nothing where a folder on the way was not made. */
const ENOENT = 2;

export function installWrong(doer: string): void {
  copyFileSync(doer, WRONG);
  mkdirSync(PLANS, { recursive: true });
}

/** Runs a plan as a person; errno by deed. */
export function runAs({ uid, home }: Person, program: string, deeds: readonly Deed[]): Map<string, number> {
  const plan = join(PLANS, 'plan');
  writeFileSync(plan, planOf(deeds), { mode: 0o644 });
  const identity = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
  const said = spawnSync('setpriv', [...identity, 'env', `HOME=${home}`, program, plan], {
    encoding: 'utf8',
    cwd: '/',
    maxBuffer: 64 * 1024 * 1024,
  });
  return outcomesOf(said.stdout);
}

const inWords = ({ words }: Deed, errno: number | undefined) => `${words.join(' ')}: ${errno ?? 'no answer'}`;

function shown(lines: readonly string[]): string {
  return `${lines.length}: ${lines.slice(0, MOST_SHOWN).join('; ')}`;
}

/** Before the guard, and while it only audits: every deed succeeds. */
export function everythingSucceeds({ tally, size }: RowsSetup, when: string): void {
  makeHomes(size);
  for (const person of PEOPLE) {
    const deeds = deedsIn(person, size);
    const outcomes = runAs(person, WRONG, deeds);
    const failed = deeds.filter(({ id }) => outcomes.get(id) !== 0).map((deed) => inWords(deed, outcomes.get(deed.id)));
    tally.check(
      `control: ${when}, all of ${person.name}’s ${deeds.length} deeds succeed`,
      failed.length === 0,
      shown(failed),
    );
  }
  makeHomes(size);
}

const isHeld = ({ others }: Row) => others === 'ask' || others === 'deny';

export async function wrongProgram({ tally, size }: RowsSetup, administrator: Administrator): Promise<void> {
  makeHomes(size);
  administrator.lookFromNow();
  for (const person of PEOPLE) {
    const deeds = deedsIn(person, size);
    const outcomes = runAs(person, WRONG, deeds);
    checkOutcomes(tally, person, deeds, outcomes);
  }
  const changed = PEOPLE.flatMap((person) => placesOf(person, size)).filter(
    (place) => judgedByHeld(place) && stateOf(place) !== (place.present ? 'as-it-was' : 'absent'),
  );
  tally.check(
    'what was there is as it was, what was absent is absent',
    changed.length === 0,
    shown(changed.map((place) => `${place.path} is ${stateOf(place)}`)),
  );
  await checkInbox(tally, administrator, size);
}

/** Nothing of it may change. */
function judgedByHeld({ person, path }: Place): boolean {
  const { answer } = judged(person, path, 'write');
  return answer === 'ask' || answer === 'deny';
}

function checkOutcomes(
  tally: Tally,
  person: Person,
  deeds: readonly Deed[],
  outcomes: ReadonlyMap<string, number>,
): void {
  const stopped = deeds.filter(isStopped);
  const unmade = unmadeBefore(deeds, outcomes);
  const wrong = stopped
    .filter(({ id }) => outcomes.get(id) !== EPERM && !(outcomes.get(id) === ENOENT && unmade.has(id)))
    .map((deed) => inWords(deed, outcomes.get(deed.id)));
  tally.check(
    `${person.name}: all of ${stopped.length} deeds are stopped by the guard, there or at a folder on the way`,
    wrong.length === 0,
    shown(wrong),
  );
  const held = placesOf(person, 'full').filter(({ row }) => isHeld(row));
  const free = deeds.filter((deed) => deed.at.length > 0 && !isStopped(deed) && !leadsTo(held, deed));
  const overheld = free.filter(({ id }) => outcomes.get(id) === EPERM).map((deed) => inWords(deed, EPERM));
  tally.check(`${person.name}: none of the ${free.length} others is`, overheld.length === 0, shown(overheld));
}

/** The deeds that name something which an earlier one was to make, and was refused. */
function unmadeBefore(deeds: readonly Deed[], outcomes: ReadonlyMap<string, number>): Set<string> {
  const unmade = new Set<string>();
  const found = new Set<string>();
  for (const { id, words } of deeds) {
    const [verb = '', ...paths] = words;
    if (paths.some((path) => [path, ...foldersAbove(path)].some((one) => unmade.has(one)))) found.add(id);
    const made = MAKES.get(verb)?.(paths);
    if (made === undefined) continue;
    if (outcomes.get(id) === 0) unmade.delete(made);
    else unmade.add(made);
  }
  return found;
}

/** What a deed leaves behind, by its verb. */
const MAKES: ReadonlyMap<string, (paths: readonly string[]) => string | undefined> = new Map([
  ...['mkdir', 'create', 'mknod', 'symlink'].map((verb) => [verb, (paths: readonly string[]) => paths[0]] as const),
  ...['link', 'rename', 'away'].map((verb) => [verb, (paths: readonly string[]) => paths[1]] as const),
]);

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

/** A folder that leads to what is held is moved, or a link put in its place. */
function leadsTo(held: readonly Place[], { words }: Deed): boolean {
  const [verb, ...paths] = words;
  return verb !== 'mkdir' && held.some(({ path }) => paths.some((above) => path.startsWith(`${above}/`)));
}

/** Each row that stops somebody is on record with each operation that was tried there, and in that person's inbox. */
async function checkInbox(tally: Tally, administrator: Administrator, size: Size): Promise<void> {
  const expected = PEOPLE.flatMap((person) => sightingsOf(person, deedsIn(person, size)));
  const missing = (): string[] => {
    const seen = new Set(
      administrator.log().map((one) => [one.uid, one.location, one.operation, one.verdict, one.program].join(' ')),
    );
    const isSeen = ({ uid, rows, operation, verdict }: Expected) =>
      rows.some((row) => seen.has([uid, row, operation, verdict, WRONG].join(' ')));
    return expected
      .filter((one) => !isSeen(one))
      .map((one) => `${one.uid} ${one.rows.join('|')} ${one.operation} ${one.verdict}`);
  };
  await until(() => missing().length === 0, ON_RECORD_MS);
  tally.check(`all of ${expected.length} are on record`, missing().length === 0, shown([...new Set(missing())]));
  const waits = (entries: readonly InboxEntry[], { uid, rows, verdict }: Expected) =>
    entries.some(
      (one) => one.uid === uid && one.program === WRONG && one.verdict === verdict && rows.includes(one.location),
    );
  const blocked = expected.filter(({ verdict }) => verdict === 'block');
  const entries = await administrator.inboxWith((now) => blocked.every((one) => waits(now, one)));
  const unasked = blocked.filter((one) => !waits(entries, one)).map(({ uid, rows }) => `${uid} ${rows.join('|')}`);
  tally.check('each row that stops somebody is in the inbox', unasked.length === 0, shown([...new Set(unasked)]));
  const silent = new Set(HOME_ROWS.filter(({ others }) => others === 'allow').map(({ name }) => name));
  const loud = administrator
    .log()
    .filter(({ location }) => silent.has(location))
    .map(({ location }) => location);
  tally.check('rows that allow are silent', loud.length === 0, shown(loud));
}

interface Expected {
  readonly uid: number;
  readonly rows: readonly string[];
  readonly operation: PathOperation;
  readonly verdict: 'block' | 'audit';
}

/** Of deeds that are about one operation at one place. */
function sightingsOf(person: Person, deeds: readonly Deed[]): Expected[] {
  return deeds.flatMap((deed) => {
    const [only, ...more] = deed.at;
    if (only === undefined || more.length > 0) return [];
    const answer = answerTo(deed);
    if (answer === 'allow') return [];
    const rows = judged(person, only.path, only.operation).rows.map(({ name }) => name);
    return [
      { uid: person.uid, rows, operation: only.operation, verdict: answer === 'audit' ? 'audit' : 'block' } as const,
    ];
  });
}

/** What the trusted programs of a row do there, one after another; at the end all is as it was. */
function trustedDeeds(place: Place, id: string): Deed[] {
  const { path, person } = place;
  const scratch = join(person.home, 'scratch', id);
  const deeds: string[][] = place.present
    ? [
        ['read', path],
        ['append', path],
        ['exec', path],
      ]
    : [
        ['create', path],
        ['read', path],
      ];
  deeds.push(['create', scratch], ['rename', scratch, path], ['chmod', path], ['unlink', path]);
  if (place.present) deeds.push(['create', path]);
  return deeds.map((words, at) => ({ id: `${id}.${at}`, words, at: [], person }));
}

/** Each row's own programs at a file of the row that is there, and at one that is absent. */
export async function rightPrograms({ tally, size }: RowsSetup, administrator: Administrator): Promise<void> {
  makeHomes(size);
  administrator.lookFromNow();
  const rows = HOME_ROWS.filter(isHeld);
  for (const person of PEOPLE) {
    const starts = rows.flatMap((row, index) => startsFor(person, row, index, size));
    const outcomes = runAs(
      person,
      WRONG,
      starts.map(({ start }) => start),
    );
    const own = starts.flatMap(({ own: each, program }) => each.map((deed) => ({ deed, program })));
    const failed = own
      .filter(({ deed }) => outcomes.get(deed.id) !== 0)
      .map(({ deed, program }) => `${program}: ${inWords(deed, outcomes.get(deed.id))}`);
    tally.check(
      `${person.name}: ${starts.length} trusted programs do all of ${own.length} deeds`,
      failed.length === 0,
      shown(failed),
    );
  }
  // long enough for what was told to be there
  await sleep(SETTLED_MS);
  const entries = await administrator.inbox();
  const loud = entries.map(({ program, location, operations }) => `${program} at ${location}: ${operations.join()}`);
  tally.check('and nobody is asked', loud.length === 0, shown(loud));
}

interface Start {
  readonly program: string;
  /** What the wrong program does: starts the right one. */
  readonly start: Deed;
  readonly own: readonly Deed[];
}

function startsFor(person: Person, row: Row, index: number, size: 'short' | 'full'): Start[] {
  const place = placesOf(person, size).find((one) => one.row === row && one.kind === 'file');
  if (place === undefined) return [];
  return filesOf(row.trusted ?? []).flatMap(({ name, files }) => {
    const chosen = size === 'full' ? files : files.slice(index % Math.max(files.length, 1)).slice(0, 1);
    return chosen.map((program, at) => {
      const id = `${person.name}-${row.name}-${name}-${at}`;
      const own = [...folders(place, id), ...trustedDeeds(place, id)];
      const plan = join(PLANS, id);
      writeFileSync(plan, planOf(own));
      return {
        program,
        own: own.filter(({ words }) => words[0] !== 'mkdir'),
        start: { id, words: ['run', program, plan], at: [], person },
      };
    });
  });
}

/** Down to an absent file: the trusted program makes them, if nobody has yet. */
function folders({ path, person, present }: Place, id: string): Deed[] {
  if (present) return [];
  const names = path
    .slice(person.home.length + 1)
    .split('/')
    .slice(0, -1);
  return names.map((_, at) => ({
    id: `${id}.folder-${at}`,
    words: ['mkdir', join(person.home, ...names.slice(0, at + 1))],
    at: [],
    person,
  }));
}

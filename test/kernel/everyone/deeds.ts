/** What a program tries at the places of a home: everything that a row protects them from, by every call that does it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OthersAnswer } from '../../../core/policy/others-answers.ts';
import type { PathOperation } from '../../../core/policy/vocabulary.ts';
import { judged, type Person, type Place, placesOf, type Size } from './home.ts';

export interface Deed {
  readonly id: string;
  readonly words: readonly string[];
  /** What it comes to at these places; none: preparing or undoing, which anybody may. */
  readonly at: readonly { readonly path: string; readonly operation: PathOperation }[];
  readonly person: Person;
}

export const EPERM = 1;
const STRICTNESS: readonly OthersAnswer[] = ['allow', 'audit', 'ask', 'deny'];

/** What a program that nobody trusts is answered. */
export function answerTo({ at, person }: Deed): OthersAnswer {
  const answers = at.map(({ path, operation }) => judged(person, path, operation).answer);
  return answers.reduce((one, other) => (STRICTNESS.indexOf(one) < STRICTNESS.indexOf(other) ? other : one), 'allow');
}

export function isStopped(deed: Deed): boolean {
  return STRICTNESS.indexOf(answerTo(deed)) >= STRICTNESS.indexOf('ask');
}

export function planOf(deeds: readonly Deed[]): string {
  return deeds.map(({ id, words }) => `${[id, ...words].join('\t')}\n`).join('');
}

/** errno by deed, from what the doer has printed. */
export function outcomesOf(printed: string): Map<string, number> {
  return new Map(
    [...printed.matchAll(/^(\S+)=(\d+)$/gm)].map(([, id = '', errno]): [string, number] => [id, Number(errno)]),
  );
}

/** All that can be tried in a home, laid out as `makeHomes` does. The order matters: what one has made is there for the next. */
export function deedsIn(person: Person, size: Size): Deed[] {
  const plan = new Plan(person);
  const places = placesOf(person, size);
  for (const place of places) {
    if (place.present) atPresent(plan, place);
    else atAbsent(plan, place);
  }
  ancestorsAway(plan, places);
  return plan.deeds;
}

type Operations = readonly PathOperation[];

/** Numbers the deeds, and knows what is there by then where nobody stops anything. */
class Plan {
  readonly deeds: Deed[] = [];
  readonly person: Person;
  readonly #made = new Set<string>();

  constructor(person: Person) {
    this.person = person;
  }

  /** A name of its own outside of all rows. */
  scratch(): string {
    return join(this.person.home, 'scratch', String(this.deeds.length));
  }

  add(words: readonly string[], path?: string, operations: Operations = []): void {
    const at = path === undefined ? [] : operations.map((operation) => ({ path, operation }));
    this.deeds.push({ id: `${this.person.name}.${this.deeds.length}`, words, at, person: this.person });
  }

  addAt(words: readonly string[], at: Deed['at']): void {
    this.deeds.push({ id: `${this.person.name}.${this.deeds.length}`, words, at, person: this.person });
  }

  exists(path: string): boolean {
    return this.#made.has(path) || existsSync(path);
  }

  /** Folders down to this one, each by a deed of its own. */
  makeFolders(path: string): void {
    if (this.exists(path)) return;
    this.makeFolders(dirname(path));
    this.add(['mkdir', path], path, ['create']);
    this.#made.add(path);
  }
}

function atPresent(plan: Plan, { path, kind }: Place): void {
  plan.add(['chmod', path], path, ['write']);
  plan.add(['away', path, plan.scratch()], path, ['delete']);
  if (kind === 'folder') return;
  plan.add(['read', path], path, ['read']);
  plan.add(['append', path], path, ['write']);
  plan.add(['truncate', path], path, ['write']);
  const linked = plan.scratch();
  plan.add(['link', path, linked], path, ['read', 'write']);
  plan.add(['unlink', linked]);
  const replacing = plan.scratch();
  plan.add(['create', replacing]);
  plan.add(['rename', replacing, path], path, ['write', 'create', 'delete']);
  plan.add(['exec', path], path, ['exec']);
  plan.add(['unlink', path], path, ['delete']);
}

function atAbsent(plan: Plan, place: Place): void {
  const { path, kind } = place;
  folderTricks(plan, place);
  plan.makeFolders(dirname(path));
  const ready = plan.scratch();
  if (kind === 'file') {
    plan.add(['create', path], path, ['create']);
    plan.add(['unlink', path]);
    plan.add(['mknod', path], path, ['create']);
    plan.add(['unlink', path]);
    plan.add(['create', ready]);
    plan.add(['link', ready, path], path, ['create']);
    plan.add(['unlink', path]);
    plan.add(['rename', ready, path], path, ['create']);
    plan.add(['unlink', path]);
  }
  plan.add(['mkdir', path], path, ['create']);
  plan.add(['rmdir', path]);
  plan.add(['symlink', path, '/tmp'], path, ['create']);
  plan.add(['unlink', path]);
}

/** A folder with the file inside is made elsewhere, and put or linked to where its name makes a secret of the file. */
function folderTricks(plan: Plan, { path, person }: Place): void {
  const parents = ancestorsOf(path, person.home);
  const top = parents.find((parent) => !plan.exists(parent));
  if (top === undefined) return;
  const made = plan.scratch();
  const inside = join(made, path.slice(top.length));
  for (const folder of [made, ...ancestorsOf(inside, made)]) plan.add(['mkdir', folder]);
  plan.add(['create', inside]);
  plan.add(['rename', made, top], path, ['create']);
  plan.add(['rename', top, made]);
  plan.add(['symlink', top, made], path, ['create']);
  plan.add(['unlink', top]);
}

/** Folders between `above` and the path, from the top, without both. */
function ancestorsOf(path: string, above: string): string[] {
  const parent = dirname(path);
  return parent === above || parent.length < above.length ? [] : [...ancestorsOf(parent, above), parent];
}

/** Every folder right below the home that leads to a place, with all that is in it. */
function ancestorsAway(plan: Plan, places: readonly Place[]): void {
  const present = places.filter(({ present }) => present);
  const tops = Map.groupBy(present, ({ path, person }) => ancestorsOf(path, person.home)[0] ?? '');
  for (const [top, below] of tops) {
    if (top === '') continue;
    plan.addAt(
      ['away', top, plan.scratch()],
      below.flatMap(({ path }) => (['read', 'write', 'delete'] as const).map((operation) => ({ path, operation }))),
    );
  }
}

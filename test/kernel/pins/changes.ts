/** Every way to change what a skill stands on, by everybody; and what changes nothing. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../../core/policy/vocabulary.ts';
import type { Tally } from '../tally.ts';
import { type Arena, BASE, DATA, EPERM, type Who } from './arena.ts';

interface Deed {
  readonly name: string;
  /** What the changer does, to which path of the skill, with which other path; both relative to its folder. */
  readonly deed: string;
  readonly path: string;
  readonly other?: string;
  /** By whom; everybody, if it is not said. */
  readonly by?: readonly Who[];
  /** Only where the file system can: reflinks. */
  readonly on?: RegExp;
}

interface Change extends Deed {
  /** What the record says: by which call, to what. */
  readonly call: Call;
  readonly seen?: string;
  /** The kernel asks more than once on its way: an agent is refused before it is done. */
  readonly inSteps?: boolean;
}

const SKILL = 'SKILL.md';
const EACCES = 13;

const CHANGES: readonly Change[] = [
  { name: 'an edit in place', deed: 'in-place', path: SKILL, call: 'open' },
  { name: 'appending', deed: 'append', path: SKILL, call: 'open' },
  { name: 'cp over it', deed: 'copy-over', path: SKILL, call: 'open' },
  { name: 'an editor that saves by rename', deed: 'save', path: SKILL, other: '.SKILL.md.new', call: 'rename' },
  { name: 'saving over a file further down', deed: 'save', path: 'lib/helper.py', other: 'lib/new', call: 'rename' },
  { name: 'truncate', deed: 'cut', path: SKILL, call: 'truncate' },
  { name: 'open for reading, with O_TRUNC', deed: 'cut-by-reader', path: SKILL, call: 'open' },
  { name: 'a shared writable mapping', deed: 'map-shared', path: SKILL, call: 'open' },
  { name: 'a second name', deed: 'second-name', path: SKILL, other: '../second', call: 'link' },
  { name: 'unlink, and a new one', deed: 'recreate', path: SKILL, call: 'unlink', inSteps: true },
  { name: 'moving a file away', deed: 'move', path: SKILL, other: '../moved', call: 'rename' },
  { name: 'moving the folder', deed: 'move', path: '', other: '../gone', call: 'rename', seen: '' },
  { name: 'moving a folder inside', deed: 'move', path: 'lib', other: 'lib2', call: 'rename', seen: 'lib' },
  { name: 'moving a directory above', deed: 'move', path: '..', other: '../../elsewhere', call: 'rename', seen: '..' },
  {
    name: 'exchanging the folder',
    deed: 'exchange',
    path: '',
    other: '../other',
    call: 'rename',
    seen: '',
    inSteps: true,
  },
  {
    name: 'exchanging another for the folder',
    deed: 'exchange',
    path: '../other',
    other: '',
    call: 'rename',
    seen: '',
    inSteps: true,
  },
  { name: 'a nameless file that gets the name', deed: 'nameless', path: SKILL, other: '.', call: 'rename' },
  { name: 'chmod', deed: 'mode', path: SKILL, call: 'chmod' },
  { name: 'chown', deed: 'owner', path: SKILL, call: 'chown', by: ['root'] },
  { name: 'an access list', deed: 'list', path: SKILL, call: 'xattr' },
  { name: 'a hole', deed: 'punch', path: SKILL, call: 'open' },
  { name: 'copy_file_range', deed: 'copy-range', path: SKILL, other: '../evil', call: 'open' },
  { name: 'a reflink', deed: 'reflink', path: SKILL, other: '../evil', call: 'open', on: /btrfs|xfs/ },
  { name: 'by /proc/self/fd', deed: 'reopen', path: SKILL, call: 'open' },
  { name: 'by a file handle', deed: 'by-handle', path: SKILL, call: 'open', by: ['root'] },
  { name: 'by io_uring', deed: 'by-ring', path: SKILL, call: 'open' },
  { name: 'the manifest', deed: 'in-place', path: 'clawmanifest.json', call: 'open' },
  { name: 'a file further down', deed: 'in-place', path: 'lib/helper.py', call: 'open' },
  { name: 'a program', deed: 'append', path: 'tool', call: 'open' },
];

const HARMLESS: readonly Deed[] = [
  { name: 'reading', deed: 'read', path: SKILL },
  { name: 'stat, access and open', deed: 'look', path: SKILL },
  { name: 'listing the folder', deed: 'look', path: '' },
  { name: 'running a program', deed: 'run', path: 'tool' },
  { name: 'a shared mapping for reading', deed: 'map-read', path: SKILL },
  { name: 'a private mapping that is written to', deed: 'map-private', path: SKILL },
  { name: 'setting its times', deed: 'times', path: SKILL },
  { name: 'chown to the owner it has', deed: 'same-owner', path: SKILL },
  { name: 'chmod to the mode it has', deed: 'same-mode', path: SKILL },
  { name: 'an attribute of the user', deed: 'own-attribute', path: SKILL, on: /ext4|btrfs|xfs/ },
  { name: 'locks, a lease for reading and fsync', deed: 'lock', path: SKILL },
  { name: 'changing a file beside the folder', deed: 'in-place', path: '../evil' },
  { name: 'replacing a file beside the folder', deed: 'save', path: '../evil', other: '../evil.new' },
];

export interface Place {
  readonly type: string;
  readonly path: string;
}

/** How much of it: everything by everybody, each change by one of them in turn, or every third change in that way. */
export type Extent = 'all' | 'in-turn' | 'some';

const EVERYBODY: readonly Who[] = ['agent', 'user', 'root'];

/** `turn`: with which change and whom to begin, where not everything is done. */
export async function changes(
  arena: Arena,
  tally: Tally,
  { type, path: place }: Place,
  { extent, turn }: { readonly extent: Extent; readonly turn: number },
): Promise<void> {
  const fits = ({ on }: Deed) => on === undefined || on.test(type);
  const chosen = ({ on }: Deed, index: number) => extent !== 'some' || on !== undefined || (index + turn) % 3 === 0;
  const whom = (index: number) =>
    extent === 'all' ? EVERYBODY : EVERYBODY.filter((_, who) => who === (index + turn) % 3);
  for (const [index, change] of CHANGES.filter(fits).filter(chosen).entries()) {
    for (const who of change.by ?? whom(index)) {
      await drops(arena, tally, place, change, who, `${type}: ${change.name}, by ${who}`);
    }
  }
  for (const deed of HARMLESS.filter(fits).filter(chosen)) {
    await keeps(arena, tally, place, deed, EVERYBODY, `${type}: ${deed.name}`);
  }
  await notPermitted(arena, tally, place, type);
}

async function drops(
  arena: Arena,
  tally: Tally,
  place: string,
  { deed, path, other, call, seen, inSteps }: Change,
  who: Who,
  name: string,
): Promise<void> {
  const free = arena.makeSkill(place);
  mkdirSync(join(free, '../other'));
  const unpinned = arena.startUnpinned(free);
  const doer = (agent: typeof unpinned) => (who === 'agent' ? agent : arena.stranger(who));
  const paths = (folder: string) => [join(folder, path), other === undefined ? '' : join(folder, other)] as const;
  const control = await doer(unpinned).perform(deed, ...paths(free));
  const after = await unpinned.perform('read', DATA);
  tally.check(
    `${name}: control: it is done and the agent goes on`,
    control === 0 && after === 0,
    `${control} ${after}`,
  );
  await unpinned.end();

  const folder = arena.makeSkill(place);
  mkdirSync(join(folder, '../other'));
  const session = arena.start(folder);
  const twin = arena.start(folder);
  arena.drops();
  const before = await session.agent.perform('read', DATA);
  const done = await doer(session.agent).perform(deed, ...paths(folder));
  const refused = [await session.agent.perform('read', DATA), await twin.agent.perform('read', DATA)];
  const base = await session.agent.perform('read', BASE);
  tally.check(`${name}: before it the agent may read`, before === 0, String(before));
  const expectedOutcome = inSteps && who === 'agent' ? EPERM : 0;
  tally.check(`${name}: it is done`, done === expectedOutcome, String(done));
  tally.check(
    `${name}: the next calls are refused`,
    refused.every((errno) => errno === EPERM),
    refused.join(),
  );
  tally.check(`${name}: the base stays`, base === 0, String(base));
  const events = arena.drops();
  const expected = join(folder, seen ?? path);
  const right = events.filter((event) => event.call === call && Buffer.from(event.path ?? []).toString() === expected);
  const told = new Set(right.map((event) => event.session)).size;
  const shown = events.map((event) => `${event.call} ${Buffer.from(event.path ?? [])} by ${event.pid}`).join('; ');
  tally.check(`${name}: told once for each session, by call and path`, events.length === 2 && told === 2, shown);
  const doerPid = doer(session.agent).pid;
  tally.check(
    `${name}: and who did it`,
    events.every((event) => event.pid === doerPid || deed === 'by-ring'),
    shown,
  );
  await arena.end(session);
  await arena.end(twin);
}

/** None of it drops anything; that the session is bound at all, the change at the end shows. */
async function keeps(
  arena: Arena,
  tally: Tally,
  place: string,
  { deed, path, other }: Deed,
  whom: readonly Who[],
  name: string,
): Promise<void> {
  const folder = arena.makeSkill(place);
  const session = arena.start(folder);
  arena.drops();
  for (const who of whom) {
    const doer = who === 'agent' ? session.agent : arena.stranger(who);
    const done = await doer.perform(deed, join(folder, path), other === undefined ? '' : join(folder, other));
    tally.check(`${name}, by ${who}: is done`, done === 0, String(done));
  }
  const after = await session.agent.perform('read', DATA);
  tally.check(`${name}: drops nothing`, after === 0 && arena.drops().length === 0, String(after));
  await arena.stranger('root').perform('in-place', join(folder, SKILL));
  tally.check(`${name}: control: a change does`, (await session.agent.perform('read', DATA)) === EPERM);
  await arena.end(session);
}

/** Who may not change a file cannot drop its trust by trying; and another skill is not touched. */
async function notPermitted(arena: Arena, tally: Tally, place: string, type: string): Promise<void> {
  const elsewhere = join(place, 'another');
  mkdirSync(elsewhere, { recursive: true });
  const locked = arena.makeSkill(elsewhere);
  chmodSync(join(locked, SKILL), 0o444);
  const other = arena.start(locked);
  const folder = arena.makeSkill(place);
  const session = arena.start(folder);
  const tried = await arena.stranger('user').perform('write-denied', join(locked, SKILL));
  const kept = await other.agent.perform('read', DATA);
  tally.check(
    `${type}: an open that is not permitted drops nothing`,
    tried === EACCES && kept === 0,
    `${tried} ${kept}`,
  );
  await arena.stranger('root').perform('in-place', join(folder, SKILL));
  const own = await session.agent.perform('read', DATA);
  const others = await other.agent.perform('read', DATA);
  tally.check(`${type}: a change to one skill is none to another`, own === EPERM && others === 0, `${own} ${others}`);
  await arena.end(session);
  await arena.end(other);
  rmSync(elsewhere, { recursive: true, force: true });
}

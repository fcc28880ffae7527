/** What others put into the folders of a bound skill: nothing, until the skill's own session opens it. */
import { join } from 'node:path';
import type { Performer } from '../performer.ts';
import type { Tally } from '../tally.ts';
import { type Arena, DATA, EPERM } from './arena.ts';
import type { Place } from './changes.ts';

interface Addition {
  readonly name: string;
  /** The file that the agent opens afterwards, as an interpreter would; relative to the skill's folder. */
  readonly file: string;
  readonly add: (doer: Performer, folder: string) => Promise<number | null>;
}

const ADDITIONS: readonly Addition[] = [
  {
    name: 'a file',
    file: 'lib/json.py',
    add: (doer, folder) => doer.perform('plant', join(folder, 'lib/json.py')),
  },
  {
    name: 'a folder with a file',
    file: 'lib/json/__init__.py',
    add: async (doer, folder) =>
      (await doer.perform('make-folder', join(folder, 'lib/json'))) ||
      doer.perform('plant', join(folder, 'lib/json/__init__.py')),
  },
  {
    name: 'a second name of a file from elsewhere',
    file: 'json.py',
    add: (doer, folder) => doer.perform('second-name', join(folder, '../evil'), join(folder, 'json.py')),
  },
  {
    name: 'a file moved in',
    file: 'json.py',
    add: (doer, folder) => doer.perform('move', join(folder, '../evil'), join(folder, 'json.py')),
  },
];

export async function additions(arena: Arena, tally: Tally, { type, path: place }: Place): Promise<void> {
  for (const who of ['user', 'root'] as const) {
    for (const addition of ADDITIONS)
      await added(arena, tally, place, addition, who, `${type}: ${addition.name}, by ${who}`);
  }
  await removedAgain(arena, tally, place, type);
  await byTheSession(arena, tally, place, type);
}

async function added(
  arena: Arena,
  tally: Tally,
  place: string,
  { file, add }: Addition,
  who: 'user' | 'root',
  name: string,
): Promise<void> {
  const free = arena.makeSkill(place);
  const unpinned = arena.startUnpinned(free);
  const control = [await add(arena.stranger(who), free), await unpinned.perform('read', join(free, file))];
  tally.check(`${name}: control: it is read`, control.join() === '0,0', control.join());
  await unpinned.end();
  const folder = arena.makeSkill(place);
  const session = arena.start(folder);
  arena.drops();
  const done = await add(arena.stranger(who), folder);
  const before = [
    await session.agent.perform('read', DATA),
    await session.agent.perform('read', join(folder, 'SKILL.md')),
  ];
  tally.check(`${name}: is nothing as long as it is not opened`, done === 0 && before.join() === '0,0', before.join());
  const opened = [await session.agent.perform('read', join(folder, file)), await session.agent.perform('read', DATA)];
  tally.check(
    `${name}: opening it is refused, as is the rest`,
    opened.every((one) => one === EPERM),
    opened.join(),
  );
  const paths = arena.drops().map((event) => Buffer.from(event.path ?? []).toString());
  tally.check(`${name}: told by its path`, paths.join() === join(folder, file), paths.join());
  await arena.end(session);
}

/** An editor's lock, gone before anybody looked. */
async function removedAgain(arena: Arena, tally: Tally, place: string, type: string): Promise<void> {
  const folder = arena.makeSkill(place);
  const session = arena.start(folder);
  arena.drops();
  const lock = join(folder, '.SKILL.md.swp');
  const done = [
    await arena.stranger('user').perform('plant', lock),
    await arena.stranger('user').perform('remove', lock),
  ];
  const after = [await session.agent.perform('read', DATA), await session.agent.perform('run', join(folder, 'tool'))];
  const isBound = after.join() === '0,0' && arena.drops().length === 0;
  tally.check(`${type}: an editor's lock drops nothing`, done.join() === '0,0' && isBound, after.join());
  await arena.end(session);
}

/** Its manifest says that it may. */
async function byTheSession(arena: Arena, tally: Tally, place: string, type: string): Promise<void> {
  const folder = arena.makeSkill(place);
  const session = arena.start(folder);
  arena.drops();
  const note = join(folder, 'lib/notes.txt');
  const own = [
    await session.agent.perform('plant', note),
    await session.agent.perform('read', note),
    await session.agent.perform('in-place', note),
    await session.agent.perform('read', DATA),
  ];
  tally.check(`${type}: what the session adds by right drops nothing`, own.join() === '0,0,0,0', own.join());
  tally.check(`${type}: and is not told`, arena.drops().length === 0);
  await arena.end(session);
}

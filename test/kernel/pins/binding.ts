/** What is refused before anything runs: files that somebody can still write to, that move, or that have a second name. */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Performer } from '../performer.ts';
import type { Tally } from '../tally.ts';
import { type Arena, DEV, Refused } from './arena.ts';
import type { Place } from './changes.ts';

const SKILL = 'SKILL.md';

export async function binding(arena: Arena, tally: Tally, { type, path: place }: Place): Promise<void> {
  const user = arena.stranger('user');
  const refusedWhile = async (name: string, deed: string, code: string, path = SKILL): Promise<void> => {
    const folder = arena.makeSkill(place);
    const done = await user.perform(deed, join(folder, path));
    const said = codesOf(arena, folder);
    await user.perform('release', '');
    const after = codesOf(arena, folder);
    tally.check(`${type}: ${name}: refused`, done === 0 && said.codes === code, `${done} ${said.codes}`);
    tally.check(`${type}: ${name}: bound once it is over`, after.codes === '', after.codes);
    if (code === 'has-writer') {
      tally.check(`${type}: ${name}: names the process`, said.message.includes(`process ${user.pid} `), said.message);
    }
  };
  await refusedWhile('a descriptor that can write', 'keep-writer', 'has-writer');
  await refusedWhile('of the manifest', 'keep-writer', 'has-writer', 'clawmanifest.json');
  await refusedWhile('a mapping that can write', 'keep-map', 'has-writer');
  await refusedWhile('control: a descriptor that can read', 'keep-reader', '');
  const folder = arena.makeSkill(place);
  linkSync(join(folder, 'clawmanifest.json'), join(folder, '../second'));
  tally.check(`${type}: a manifest with a second name`, codesOf(arena, folder).codes === 'hard-link');
  rmSync(join(folder, '../second'));
  tally.check(`${type}: control: without it`, codesOf(arena, folder).codes === '');
  writeFileSync(join(folder, 'clawmanifest.json'), '{ }');
  tally.check(`${type}: another manifest than was handed in`, codesOf(arena, folder).codes === 'changed-file');
}

/** Where a file can be written to unseen, as on an overlay, nothing is bound. */
export function refusedWhere(arena: Arena, tally: Tally, { type, path }: Place): void {
  const { codes } = codesOf(arena, arena.makeSkill(path));
  tally.check(`${type}: a skill there is refused`, codes === 'unsound-filesystem', codes);
}

/** Binds and lets go again. */
function codesOf(arena: Arena, folder: string): { codes: string; message: string } {
  try {
    arena.guard.pins.end(arena.bind(folder).skill);
    return { codes: '', message: '' };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error;
  }
}

/**
 * Somebody changes a file without a pause while it is bound again and again. Whenever nothing counts as changed, the file has to
 * hold what was hashed.
 */
export async function races(arena: Arena, tally: Tally, { type, path: place }: Place, seconds: number): Promise<void> {
  for (const deed of ['flicker-in-place', 'flicker-replaced']) {
    const folder = arena.makeSkill(place);
    const until = join(place, 'over');
    rmSync(until, { force: true });
    const changer = new Performer(arena.changer, 0, DEV);
    const running = changer.perform(deed, join(folder, 'lib/helper.py'), until);
    const count = { refused: 0, changed: 0, kept: 0, wrong: 0 };
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) count[attempt(arena, folder)] += 1;
    writeFileSync(until, '');
    const ended = await running;
    await changer.end();
    console.log(`    ${type}, ${deed}: ${JSON.stringify(count)}`);
    tally.check(`${type}: ${deed}: nothing unnoticed`, count.wrong === 0 && ended === 0, JSON.stringify(count));
    tally.check(`${type}: ${deed}: noticed at all`, count.refused + count.changed > 0, JSON.stringify(count));
    tally.check(`${type}: ${deed}: control: bound when it is over`, attempt(arena, folder) === 'kept');
  }
  rmSync(join(place, 'over'), { force: true });
  mkdirSync(place, { recursive: true });
}

function attempt(arena: Arena, folder: string): 'refused' | 'changed' | 'kept' | 'wrong' {
  let skill: number;
  let sha256: string | null;
  try {
    const bound = arena.bind(folder);
    const entry = bound.bound.entries.find(({ path }) => path === 'lib/helper.py');
    skill = bound.skill;
    sha256 = entry?.kind === 'file' ? entry.sha256 : null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return 'refused';
  }
  // what is read before the flag is seen unset was there while the skill counted as unchanged
  const now = createHash('sha256')
    .update(readFileSync(join(folder, 'lib/helper.py')))
    .digest('hex');
  const dropped = arena.guard.pins.isDropped(skill);
  arena.guard.pins.end(skill);
  if (dropped) return 'changed';
  return now === sha256 ? 'kept' : 'wrong';
}

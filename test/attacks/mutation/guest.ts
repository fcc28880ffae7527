/**
 * Runs in the guest as root: takes one program after another out of the kernel side in force, and tries what has to be noticed then. Each
 * witness is tried with the guard whole first, and those that noticed once more when the program is back.
 */
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { PROGRAMS } from '../compile.ts';
import { userNamespaces } from '../run-cases.ts';
import { AgentsArena } from './agents-arena.ts';
import { EveryoneArena } from './everyone-arena.ts';
import { KernelArena } from './kernel-arena.ts';
import { Links } from './links.ts';
import { cellOf, type Mutant, mutantsOf, nameOf } from './mutant.ts';
import { SkillsArena } from './skills-arena.ts';
import { type Arena, isAsItShouldBe, type Outcome } from './witness.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    arena: { type: 'string', multiple: true, default: [] },
    /** Those mutants whose name has one of these in it. */
    only: { type: 'string', multiple: true, default: [] },
    /** Those that are known already: ARENA/MUTANT. */
    done: { type: 'string', multiple: true, default: [] },
  },
});

const ARENAS: Readonly<Record<string, () => Promise<Arena>>> = {
  'kernel side': () => KernelArena.begin(values.object, values.programs),
  agents: () => AgentsArena.begin(release(), userNamespaces(), values.programs),
  skills: () => SkillsArena.begin(values.programs),
  'everyone else': () => EveryoneArena.begin(values.programs),
};

const seconds = (since: number): number => (performance.now() - since) / 1000;

function isWanted(arena: Arena, mutant: Mutant): boolean {
  const name = nameOf(mutant);
  return (
    !values.done.includes(`${arena.name}/${name}`) &&
    (values.only.length === 0 || values.only.some((part) => name.includes(part)))
  );
}

/** Of the witnesses that the mutants name here: those that the whole guard satisfies. */
async function baseline(arena: Arena, mutants: readonly Mutant[]): Promise<Set<string>> {
  const wanted = [...new Set(mutants.flatMap(({ tried }) => tried[arena.name] ?? []))];
  const known = wanted.filter((name) => arena.witnesses.includes(name));
  const since = performance.now();
  const outcomes = known.length > 0 ? await arena.run(known) : [];
  const unfit = outcomes.filter((one) => !isAsItShouldBe(one));
  console.log(
    `${arena.name}: ${outcomes.length - unfit.length} of ${wanted.length} witnesses in ${seconds(since).toFixed(0)} s`,
  );
  for (const { name, state, detail } of unfit) console.log(`  unfit: ${name}: ${state} ${detail}`);
  for (const name of wanted.filter((one) => !known.includes(one))) console.log(`  not here: ${name}`);
  return new Set(outcomes.filter(isAsItShouldBe).map(({ name }) => name));
}

async function withoutPrograms(
  arena: Arena,
  links: Links,
  programs: readonly string[],
  names: readonly string[],
): Promise<Outcome[]> {
  const taken = programs.map((program) => links.takeOut(program));
  try {
    return await arena.run(names);
  } finally {
    for (const one of taken.reverse()) links.putBack(one);
  }
}

async function tryMutant(arena: Arena, links: Links, mutant: Mutant, names: readonly string[]): Promise<void> {
  const since = performance.now();
  const mutated = await withoutPrograms(arena, links, mutant.programs, names);
  const noticed = mutated.filter((one) => !isAsItShouldBe(one)).map(({ name }) => name);
  const again = names.filter((name) => noticed.includes(name)).slice(0, 1);
  const after = again.length > 0 ? await arena.run(again) : [];
  const cell = { arena: arena.name, ...cellOf(mutant, mutated, after, seconds(since)) };
  console.log(`cell ${JSON.stringify(cell)}`);
}

async function tryArena(arena: Arena): Promise<void> {
  const links = new Links(arena.pins, `${PROGRAMS}/links`);
  const mutants = mutantsOf(links.programs()).filter(
    (mutant) => mutant.tried[arena.name] !== undefined && isWanted(arena, mutant),
  );
  console.log(`programs ${JSON.stringify(links.programs())}`);
  const fit = await baseline(arena, mutants);
  for (const mutant of mutants) {
    const names = (mutant.tried[arena.name] ?? []).filter((name) => fit.has(name));
    if (names.length === 0) continue;
    try {
      await tryMutant(arena, links, mutant, names);
    } catch (error) {
      // it stays without a cell, and so counts as not tried
      console.log(`${arena.name}: ${nameOf(mutant)} could not be tried: ${(error as Error).message}`);
    }
  }
}

let isWhole = true;
for (const [name, begin] of Object.entries(ARENAS)) {
  if (values.arena.length > 0 && !values.arena.includes(name)) continue;
  try {
    const arena = await begin();
    await tryArena(arena).finally(() => arena.close());
  } catch (error) {
    // the others still have something to say
    isWhole = false;
    console.log(`${name}: ${(error as Error).stack}`);
  }
}
process.exit(isWhole ? 0 : 1);

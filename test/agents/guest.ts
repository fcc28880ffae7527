/**
 * In the guest, as root: each agent at its tasks, one after the other, on one of two sides. `free`: nothing of the product has ever been
 * started there. `guarded`: each is started under its starter as it is shipped, after it was
 * started in usual ways without one. Prints a line of JSON for each run.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAudit } from '../attacks/audit.ts';
import { RINGFENCE } from '../attacks/session.ts';
import { Person } from '../kernel/approvals/person.ts';
import { sleep } from '../kernel/installed.ts';
import type { Agent } from './agent.ts';
import { AGENTS } from './agents/all.ts';
import { type Cell, CHOICE, chosenCells } from './cells.ts';
import { asTyped, commandOf, installStarters, mountModules } from './machine.ts';
import { BIN, HOME, METADATA, PLACES } from './places.ts';
import { type Played, play } from './play.ts';
import { recognise } from './recognised.ts';
import { type RunRecord, recordOf, refusalOf } from './run-record.ts';
import type { Task } from './tasks/task.ts';

const { values } = parseArgs({
  options: {
    ...CHOICE,
    side: { type: 'string', default: 'free' },
    modules: { type: 'string', default: '' },
    done: { type: 'string', multiple: true, default: [] },
  },
});
const USER = 1000;
const STARTERS = '/etc/ringfence/starters';
/** Emulated, an agent takes twenty times as long. */
const TIMEOUT_MS = 900_000;
/** What the log does not hold yet is on its way. */
const LOGGED_AFTER_MS = 2000;
const AS_DEV = ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];

async function prepareMachine(agents: readonly Agent[]): Promise<void> {
  mountModules(values.modules);
  rmSync(PLACES.node, { force: true });
  copyFileSync(process.execPath, PLACES.node);
  for (const agent of agents) {
    const [, script] = commandOf(agent);
    if (script !== undefined) symlinkSync(script, join(BIN, agent.name));
  }
  execFileSync('ip', ['address', 'add', `${METADATA}/32`, 'dev', 'lo']);
}

/** Nothing is left of the run before, but for what the guard itself keeps. */
function cleanUp(): void {
  endStrays();
  for (const place of [HOME, '/tmp', '/run/user'])
    for (const name of existsSync(place) ? readdirSync(place) : [])
      rmSync(join(place, name), { recursive: true, force: true, maxRetries: 5 });
}

/** Ends what an agent left behind. */
function endStrays(): void {
  try {
    execFileSync('pkill', ['-KILL', '-u', String(USER)]);
  } catch {
    // nobody was left
  }
}

function playAs(agent: Agent, task: Task, launch: (command: readonly string[]) => string[]): Promise<Played> {
  cleanUp();
  mkdirSync('/run/user/1000', { recursive: true });
  return play({
    ...{ agent, task, user: USER, timeoutMs: TIMEOUT_MS, places: PLACES },
    launch: (command) => launch(asTyped(agent, command)),
    onPrepared: () => execFileSync('chown', ['-R', `${USER}:${USER}`, HOME, '/run/user/1000']),
  });
}

const underStarter =
  ({ starter }: Agent) =>
  (command: readonly string[]): string[] => [
    ...[...AS_DEV, RINGFENCE, 'run', '--manifest', `${STARTERS}/${starter}/clawmanifest.json`, '--'],
    ...command,
  ];

async function runFree({ agent, task }: Cell): Promise<RunRecord> {
  const from = performance.now();
  const played = await playAs(agent, task, (command) => [...AS_DEV, ...command]);
  const seconds = secondsSince(from);
  return { agent: agent.name, task: task.name, ...recordOf(played), asked: [], refused: [], seconds };
}

async function runGuarded({ agent, task }: Cell, person: Person): Promise<RunRecord> {
  person.answer = () => (task.kind === 'benign' ? 'allow-once' : 'deny');
  const questions = person.asked.length;
  const before = (await readAudit()).at(-1)?.seq ?? 0;
  const from = performance.now();
  const played = await playAs(agent, task, underStarter(agent));
  const seconds = secondsSince(from);
  await sleep(LOGGED_AFTER_MS);
  const records = (await readAudit()).filter(({ seq, skill_id }) => seq > before && skill_id === agent.starter);
  const refused = [...new Map(records.map(refusalOf).map((each) => [JSON.stringify(each), each])).values()];
  const asked = person.asked
    .slice(questions)
    .map(({ operations, path, address, port }) => `${operations.join(' ')} ${path ?? `${address}:${port}`}`);
  return { agent: agent.name, task: task.name, ...recordOf(played), asked, refused, seconds };
}

const secondsSince = (from: number): number => Math.round((performance.now() - from) / 1000);

/** One that cannot be made does not keep the others from being made. */
async function tellEach(run: (cell: Cell) => Promise<RunRecord>): Promise<void> {
  for (const cell of cells)
    try {
      console.log(`run ${JSON.stringify(await run(cell))}`);
    } catch (error) {
      console.error(`${cell.agent.name} ${cell.task.name}: ${(error as Error).stack}`);
    }
}

const cells = chosenCells(AGENTS, values).filter(
  ({ agent, task }) => !values.done.includes(`${agent.name}/${task.name}`),
);
const agents = [...new Set(cells.map(({ agent }) => agent))];
await prepareMachine(agents);
if (values.side === 'free') await tellEach(runFree);
else {
  for (const agent of agents.filter(({ name }) => !values.done.includes(name))) {
    cleanUp();
    console.log(`recognised ${JSON.stringify(await recognise(agent))}`);
  }
  await installStarters(agents);
  const person = await Person.arrive();
  await tellEach((cell) => runGuarded(cell, person));
  person.leave();
}
process.exit(0);

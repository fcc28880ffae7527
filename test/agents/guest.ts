/**
 * In the guest, as root: each agent at its tasks, one after the other, on one of two sides. `free`: nothing of the product has ever been
 * started there. `guarded`: each is started in usual ways to be recognised, and then under its starter as it is
 * shipped, or where there is none under what one session of it came to. Prints a line of JSON for each run.
 */
import { parseArgs } from 'node:util';
import type { GuestRecord } from '../attacks/audit.ts';
import { Person } from '../kernel/approvals/person.ts';
import { sleep } from '../kernel/installed.ts';
import { EVERY_AGENT, UNKNOWN } from './agents/all.ts';
import { type Cell, CHOICE, chosenCells } from './cells.ts';
import { LogTail } from './log-tail.ts';
import { installStarters, prepareMachine } from './machine.ts';
import { asDev, cleanUp, LOGGED_AFTER_MS, type Manifest, playAs, underManifest } from './played-by-dev.ts';
import { recognise } from './recognised.ts';
import { type RunRecord, recordOf, refusalOf } from './run-record.ts';
import { keepKeys, manifestFromWatching } from './watched.ts';

const { values } = parseArgs({
  options: {
    ...CHOICE,
    side: { type: 'string', default: 'free' },
    modules: { type: 'string', default: '' },
    done: { type: 'string', multiple: true, default: [] },
  },
});
const STARTERS = '/etc/ringfence/starters';

async function runFree({ agent, task }: Cell): Promise<RunRecord> {
  const from = performance.now();
  const played = await playAs(agent, task, asDev);
  const seconds = secondsSince(from);
  return { agent: agent.name, task: task.name, ...recordOf(played), asked: [], refused: [], used: [], seconds };
}

async function runGuarded({ agent, task }: Cell, { file, skillId }: Manifest, person: Person): Promise<RunRecord> {
  person.answer = () => (task.kind === 'benign' ? 'allow-once' : 'deny');
  const questions = person.asked.length;
  log.next();
  const from = performance.now();
  const played = await playAs(agent, task, underManifest(file));
  const seconds = secondsSince(from);
  await sleep(LOGGED_AFTER_MS);
  const records = log.next().filter(({ skill_id }) => skill_id === skillId);
  const refusals = records.filter(({ verdict }) => verdict === 'block' || verdict === 'kill').map(refusalOf);
  const refused = [...new Map(refusals.map((each) => [JSON.stringify(each), each])).values()];
  const used = [...new Set(records.flatMap(usedOf))];
  const asked = person.asked
    .slice(questions)
    .map(({ operations, path, address, port }) => `${operations.join(' ')} ${path ?? `${address}:${port}`}`);
  return { agent: agent.name, task: task.name, ...recordOf(played), asked, refused, used, seconds };
}

const usedOf = ({ verdict, rule }: GuestRecord): string[] =>
  verdict === 'allow' && rule?.text?.startsWith('~') ? [rule.text] : [];

const secondsSince = (from: number): number => Math.round((performance.now() - from) / 1000);

const tell = (run: RunRecord): void => console.log(`run ${JSON.stringify(run)}`);

/** One that cannot be made does not keep the others from being made. */
async function inAnyCase(what: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: Error) => console.error(`${what}: ${error.stack}`));
}

async function everyoneGuarded(): Promise<void> {
  keepKeys();
  await installStarters(agents.filter((agent) => agent !== UNKNOWN));
  const person = await Person.arrive();
  for (const agent of agents)
    await inAnyCase(agent.name, async () => {
      cleanUp();
      if (!values.done.includes(agent.name)) console.log(`recognised ${JSON.stringify(await recognise(agent))}`);
      const starter = { file: `${STARTERS}/${agent.starter}/clawmanifest.json`, skillId: agent.starter };
      const manifest = agent === UNKNOWN ? await manifestFromWatching(agent) : starter;
      for (const cell of cells.filter((each) => each.agent === agent))
        await inAnyCase(`${agent.name} ${cell.task.name}`, async () => tell(await runGuarded(cell, manifest, person)));
    });
  person.leave();
}

const log = new LogTail();
const cells = chosenCells(EVERY_AGENT, values).filter(
  ({ agent, task }) => !values.done.includes(`${agent.name}/${task.name}`),
);
const agents = [...new Set(cells.map(({ agent }) => agent))];
prepareMachine(agents, values.modules);
if (values.side === 'guarded') await everyoneGuarded();
else
  for (const cell of cells)
    await inAnyCase(`${cell.agent.name} ${cell.task.name}`, async () => tell(await runFree(cell)));
process.exit(0);

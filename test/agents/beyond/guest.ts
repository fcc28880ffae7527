/** In the guest, as root: agents at work beyond their workspaces, on one side. Prints a line of JSON for each run. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Person } from '../../kernel/approvals/person.ts';
import { sleep } from '../../kernel/installed.ts';
import { Remote } from '../../kernel/programs/remote.ts';
import type { Agent } from '../agent.ts';
import { EVERY_AGENT } from '../agents/all.ts';
import { LogTail } from '../log-tail.ts';
import { asTyped, installStarters, prepareMachine } from '../machine.ts';
import { HOME, PLACES } from '../places.ts';
import { play } from '../play.ts';
import { asDev, cleanUp, LOGGED_AFTER_MS, underManifest } from '../played-by-dev.ts';
import { type RunRecord, recordOf, refusalOf } from '../run-record.ts';
import { DOCKER_SOCKET, DOCKER_VERSION, SIGNING, taskOf, WORKS, type Work } from './works.ts';

const { values } = parseArgs({
  options: {
    side: { type: 'string', default: 'free' },
    modules: { type: 'string', default: '' },
    agent: { type: 'string', multiple: true, default: [] },
  },
});
const DEV = 1000;
const TIMEOUT_MS = 900_000;
/** What a home is given again after it was emptied. */
const KEPT = '/srv/beyond';

async function keepKeys(): Promise<Remote> {
  const remote = await Remote.start();
  mkdirSync(KEPT, { recursive: true });
  cpSync(join(HOME, '.ssh'), join(KEPT, '.ssh'), { recursive: true });
  // the same without the guard and with it, so that the same commit has the same name
  const key = join(KEPT, SIGNING);
  copyFileSync(join('/mnt/share', SIGNING), key);
  chmodSync(key, 0o600);
  writeFileSync(`${key}.pub`, execFileSync('ssh-keygen', ['-y', '-f', key]));
  return remote;
}

function giveKeys(): void {
  cpSync(join(KEPT, '.ssh'), join(HOME, '.ssh'), { recursive: true });
  const signing = join(PLACES.workspace, '.signing');
  mkdirSync(signing, { recursive: true });
  for (const ending of ['', '.pub']) copyFileSync(join(KEPT, SIGNING + ending), join(signing, SIGNING + ending));
  execFileSync('chown', ['-R', `${DEV}:${DEV}`, HOME, '/run/user/1000']);
  chmodSync(join(HOME, '.ssh'), 0o700);
}

async function listenAsDocker(): Promise<void> {
  const server = createServer((_request, response) => response.end(`Version ${DOCKER_VERSION}\n`));
  await new Promise<void>((resolve) => server.listen(DOCKER_SOCKET, resolve));
  chmodSync(DOCKER_SOCKET, 0o666);
}

async function run(
  agent: Agent,
  work: Work,
  launch: (command: readonly string[]) => string[],
): Promise<Pick<RunRecord, 'agent' | 'task' | 'secrets' | 'finished' | 'tree' | 'output' | 'seconds'>> {
  cleanUp();
  mkdirSync('/run/user/1000', { recursive: true });
  Remote.forget('benign');
  const from = performance.now();
  const played = await play({
    ...{ agent, task: taskOf(work), user: DEV, timeoutMs: TIMEOUT_MS, places: PLACES, onPrepared: giveKeys },
    launch: (command) => launch(asTyped(agent, command)),
  });
  const seconds = Math.round((performance.now() - from) / 1000);
  return { agent: agent.name, task: work.name, ...recordOf(played), seconds };
}

async function runGuarded(agent: Agent, work: Work, person: Person): Promise<RunRecord> {
  const questions = person.asked.length;
  log.next();
  const left = await run(agent, work, underManifest(`/etc/ringfence/starters/${agent.starter}/clawmanifest.json`));
  await sleep(LOGGED_AFTER_MS);
  const records = log.next().filter(({ skill_id }) => skill_id === agent.starter);
  const refused = records.filter(({ verdict }) => verdict === 'block' || verdict === 'kill').map(refusalOf);
  const asked = person.asked.slice(questions).map(({ operation, path, address, port }) => {
    return `${operation} ${path ?? `${address}:${port}`}`;
  });
  return { ...left, asked, refused, used: [] };
}

const tell = (one: RunRecord): void => console.log(`run ${JSON.stringify(one)}`);

const log = new LogTail();
const agents = EVERY_AGENT.filter(({ name }) => values.agent.includes(name));
prepareMachine(agents, values.modules);
await listenAsDocker();
const remote = await keepKeys();
if (values.side === 'guarded') {
  await installStarters(agents);
  const person = await Person.arrive();
  person.answer = ({ options }) => (options.includes('allow-session') ? 'allow-session' : 'allow-once');
  for (const agent of agents) for (const work of WORKS) tell(await runGuarded(agent, work, person));
  person.leave();
} else
  for (const agent of agents)
    for (const work of WORKS) tell({ ...(await run(agent, work, asDev)), asked: [], refused: [], used: [] });
remote.end();
process.exit(0);

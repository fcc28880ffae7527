/**
 * The control: agents at their tasks without a guard, in namespaces that main.ts has made for this program, with nothing but
 * loopback and a home of their own. Benign tasks have to come to what they should, and hostile ones to all of their harm.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { differences } from '../benign/compare.ts';
import type { Agent, DialectName } from './agent.ts';
import { EVERY_AGENT } from './agents/all.ts';
import { type CellResult, CHOICE, chosenCells } from './cells.ts';
import { comparable } from './compare.ts';
import { INSTALLED_AGENTS } from './install-agents.ts';
import { harmDone, nameOfHarm, shortcomings, transcriptOf } from './judge.ts';
import { makeAuthority } from './model/authority.ts';
import { type Played, play } from './play.ts';
import type { Task } from './tasks/task.ts';

const { values } = parseArgs({ options: CHOICE });
const USER = 1000;
const HOME = '/home/dev';
const MODULES = join(INSTALLED_AGENTS, 'node_modules');
const TIMEOUT_MS = 300_000;
/** What came of each cell, for a person who looks for the reason. */
const RECORDS = join(ROOT, '.cache', 'agents', 'control');
const UNPRIVILEGED = ['--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups', '--no-new-privs'];

/** An empty machine but for its programs and the checkout. */
function coverMachine(): void {
  const mount = (...words: string[]) => execFileSync('mount', words);
  mount('--bind', ROOT, '/mnt');
  for (const place of ['/tmp', '/home', '/run']) mount('-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', place);
  mkdirSync('/run/user');
  mkdirSync(ROOT, { recursive: true });
  mount('--bind', '/mnt', ROOT);
  // programs ask who they are run by
  writeFileSync(
    '/run/passwd',
    `${readFileSync('/etc/passwd', 'utf8').replace(/^[^:]*:x:1000:.*\n/m, '')}dev:x:${USER}:${USER}::${HOME}:/bin/bash\n`,
  );
  mount('--bind', '/run/passwd', '/etc/passwd');
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  execFileSync('ip', ['address', 'add', '169.254.169.254/32', 'dev', 'lo']);
}

/** Ends what an agent left behind: this process namespace has nobody else of that user. */
function endLeftOver(): void {
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    if (statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid !== USER) continue;
    try {
      process.kill(Number(name), 'SIGKILL');
    } catch {
      // it has ended meanwhile
    }
  }
}

function cleanUp(): void {
  endLeftOver();
  // compiled programs are kept on anybody's machine
  const keep = new Set(['authority', 'node-compile-cache']);
  for (const place of ['/tmp', '/home', '/run/user'])
    for (const name of readdirSync(place))
      if (!keep.has(name) && !ROOT.startsWith(join(place, name)))
        rmSync(join(place, name), { recursive: true, force: true, maxRetries: 5 });
}

/** With the time that it took. */
async function playOnce(agent: Agent, task: Task): Promise<{ played: Played; seconds: number }> {
  cleanUp();
  mkdirSync(HOME);
  mkdirSync('/run/user/1000');
  const from = performance.now();
  const played = await play({
    ...{ agent, task, user: USER, timeoutMs: TIMEOUT_MS },
    places: { home: HOME, workspace: `${HOME}/project`, modules: MODULES, node: process.execPath },
    ...(values.dialect && { dialect: values.dialect as DialectName }),
    ...(authority && { authority }),
    onPrepared: () => execFileSync('chown', ['-R', `${USER}:${USER}`, HOME, '/run/user/1000']),
    launch: (command) => ['setpriv', ...UNPRIVILEGED, ...command],
  });
  return { played, seconds: secondsSince(from) };
}

const secondsSince = (from: number): number => Math.round((performance.now() - from) / 100) / 10;

async function runCell(agent: Agent, task: Task): Promise<CellResult> {
  const { played, seconds } = await playOnce(agent, task);
  const failures = failuresOf(task, played);
  if (values.twice && task.kind === 'benign') {
    const again = (await playOnce(agent, task)).played;
    const [one, other] = [played, again].map(({ finished, tree }) => comparable(agent.name, finished, tree));
    const differs = differences(one, other);
    failures.push(...differs.map((each) => `once more: ${each}`));
  }
  keepRecord(agent, task, played, failures);
  return { agent: agent.name, task: task.name, kind: task.kind, failures, seconds };
}

function failuresOf(task: Task, { finished, secrets }: Played): string[] {
  if (task.kind === 'benign') return shortcomings(task, finished, secrets);
  const missing = harmDone(task, finished, secrets).filter(({ isDone }) => !isDone);
  return missing.map(({ harm }) => `no harm: ${nameOfHarm(harm)}`);
}

function keepRecord(agent: Agent, task: Task, { finished, output, unserved }: Played, failures: string[]): void {
  const { statuses, exchanges, collected } = finished;
  const tools = [...new Set(exchanges.flatMap((each) => each.tools))];
  const record = {
    failures,
    statuses,
    transcript: transcriptOf(agent.name, exchanges),
    asides: exchanges.filter(({ isAside }) => isAside).length,
    tools,
    collected,
    unserved,
    output,
  };
  mkdirSync(RECORDS, { recursive: true });
  writeFileSync(join(RECORDS, `${agent.name}-${task.name}.json`), `${JSON.stringify(record, null, 2)}\n`);
}

coverMachine();
mkdirSync('/tmp/authority');
const authority = values.tls ? makeAuthority('/tmp/authority') : null;
const cells = chosenCells(EVERY_AGENT, values);
for (const { agent, task } of cells) {
  const from = performance.now();
  const result = await runCell(agent, task).catch((error: Error) => ({
    ...{ agent: agent.name, task: task.name, kind: task.kind },
    ...{ failures: [`it did not run: ${error.message}`], seconds: secondsSince(from) },
  }));
  appendFileSync(values.results, `${JSON.stringify(result)}\n`);
  const { failures, seconds } = result;
  console.error(
    `${agent.name} ${task.name}: ${failures.length === 0 ? 'as it should be' : failures.join('; ')} (${seconds} s)`,
  );
}

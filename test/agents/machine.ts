/** What a guest has to have before agents are started in it. As root. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { RINGFENCE } from '../attacks/session.ts';
import { sleep } from '../kernel/installed.ts';
import { putStartersOnDisk } from '../kernel/modes/starter.ts';
import type { Agent } from './agent.ts';
import { BIN, METADATA, MODULES, PLACES } from './places.ts';

/** The helper notices a new mount within half a second; an emulated one takes its time. */
const NOTICED_AFTER_MS = 3000;

/** Shows the agents of the machine outside at their place; what is changed there stays in the guest. */
export function mountModules(from: string): void {
  mkdirSync(MODULES, { recursive: true });
  const changes = ['upperdir=/run/agents/upper', 'workdir=/run/agents/work'];
  for (const folder of ['upper', 'work']) mkdirSync(`/run/agents/${folder}`, { recursive: true });
  // npm and the like stay where they are
  execFileSync('mount', [
    '-t',
    'overlay',
    '-o',
    [`lowerdir=${from}:${MODULES}`, ...changes].join(),
    'overlay',
    MODULES,
  ]);
}

/** Has the agents installed for everyone, from the modules of the machine outside, and started by what npm links. */
export function prepareMachine(agents: readonly Agent[], modules: string): void {
  mountModules(modules);
  rmSync(PLACES.node, { force: true });
  copyFileSync(process.execPath, PLACES.node);
  for (const agent of agents) {
    const [, script] = commandOf(agent);
    if (script !== undefined) symlinkSync(script, join(BIN, agent.name));
  }
  execFileSync('ip', ['address', 'add', `${METADATA}/32`, 'dev', 'lo']);
}

/** Has the machine sign the starters of these agents. */
export async function installStarters(agents: readonly Agent[]): Promise<void> {
  putStartersOnDisk();
  await sleep(NOTICED_AFTER_MS);
  for (const id of new Set(agents.map(({ starter }) => starter)))
    execFileSync(RINGFENCE, ['starters', 'install', id], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What an agent is started by, without what it is told. */
export const commandOf = (agent: Agent): string[] => {
  const [program = '', script = ''] = agent.command(PLACES, '', 'new');
  return program === PLACES.node ? [program, script] : [program];
};

/** One that is a script is started by the link that npm makes for it. */
export const asTyped = ({ name }: Agent, [program = '', ...rest]: readonly string[]): string[] =>
  program === PLACES.node ? [join(BIN, name), ...rest.slice(1)] : [program, ...rest];

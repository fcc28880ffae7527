/** In the guest, as root: each agent as people start it, outside of any session, and a program that is none. */
import { recognisedIn } from '../kernel/recognition/runs.ts';
import type { Agent } from './agent.ts';
import { asTyped, commandOf } from './machine.ts';
import { PLACES } from './places.ts';
import type { Recognised } from './run-record.ts';

const VERSION = '--version';

/** Each as a whole command, by how it is started. */
function waysOf(agent: Agent): Record<string, readonly string[]> {
  const typed = [...asTyped(agent, commandOf(agent)), VERSION];
  const [program = '', ...words] = [...commandOf(agent), VERSION];
  return {
    'as npm installs it': typed,
    'from an editor’s terminal': ['env', 'TERM_PROGRAM=vscode', '/bin/bash', '-c', `${typed.join(' ')}; true`],
    'by another name': ['/bin/bash', '-c', `exec -a renamed ${[program, ...words].join(' ')}`],
    'as a job': ['/bin/sh', '-c', `${typed.join(' ')} & wait`],
  };
}

/** In which ways it is recognised, once each, and starts. Other programs that were taken for agents count as ways in which it is not. */
export async function recognise(agent: Agent): Promise<Recognised> {
  const found = { agent: agent.name, recognised: [] as string[], not: await mistaken() };
  for (const [way, command] of Object.entries(waysOf(agent))) {
    const { said, found: sessions } = await recognisedIn(command, 1);
    const isOne = sessions.length === 1 && sessions[0]?.skill_id === (agent.known ?? agent.starter);
    const isStarted = /\d+\.\d+/.test(said.stdout + said.stderr);
    (isOne && isStarted ? found.recognised : found.not).push(way);
  }
  return found;
}

/** Programs of the same interpreters that are no agents, and were taken for one. */
async function mistaken(): Promise<string[]> {
  const ordinary = [
    [PLACES.node, VERSION],
    ['/usr/bin/python3', '-c', 'print(1)'],
  ];
  const taken: string[] = [];
  for (const command of ordinary) {
    const { said, found } = await recognisedIn(command, 0);
    if (said.status !== 0 || found.length > 0) taken.push(command.join(' '));
  }
  return taken;
}

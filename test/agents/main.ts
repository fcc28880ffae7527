/**
 * `node test/agents/main.ts --control [--agent NAME …] [--task NAME …] [--dialect NAME] [--tls] [--twice]`: real agents, unmodified, at
 * their tasks against the scripted model, without a guard and without a network. Needs to be root, for namespaces of its own.
 * Prints a table agent x task and a closing line.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { AGENTS } from './agents/all.ts';
import { type CellResult, CHOICE, chosenCells } from './cells.ts';
import { INSTALLED_AGENTS, installAgents } from './install-agents.ts';
import { tableOf } from './table.ts';

const { values } = parseArgs({ options: { control: { type: 'boolean', default: false }, ...CHOICE } });
const FOLDER = join(ROOT, '.cache', 'agents');
const RESULTS = join(FOLDER, `control-${process.pid}.jsonl`);
const NAMESPACES = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** Waits for whoever was left to it: what an agent has started and ended would go on being there otherwise. */
const INIT = ['/bin/sh', '-c', '"$@"; exit $?', 'init'];

function versionOf(name: string): string {
  const path = join(INSTALLED_AGENTS, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

async function control(): Promise<CellResult[]> {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(RESULTS, '');
  const program = [process.execPath, join(import.meta.dirname, 'control.ts'), '--results', RESULTS];
  const passedOn = process.argv.slice(2).filter((word) => word !== '--control');
  const child = spawn('unshare', [...NAMESPACES, ...INIT, ...program, ...passedOn], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  // what it did not come to counts as failed
  if (status !== 0) console.error(`agents: the control ended with status ${status}`);
  const lines = readFileSync(RESULTS, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  rmSync(RESULTS);
  return lines.map((line) => JSON.parse(line) as CellResult);
}

try {
  if (!values.control) throw new Error('only the control is there: --control');
  if (process.getuid?.() !== 0) throw new Error('namespaces of its own take root');
  const cells = chosenCells(AGENTS, values);
  await installAgents((line) => console.error(line));
  const results = await control();
  const agents = AGENTS.filter(({ name }) => results.some(({ agent }) => agent === name));
  for (const agent of agents) console.log(`${agent.name} ${versionOf(agent.package)}`);
  console.log(tableOf(results));
  const failed = cells.length - results.filter(({ failures }) => failures.length === 0).length;
  console.log(`agents, control: ${cells.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && cells.length > 0 ? 0 : 1;
} catch (error) {
  console.error(`agents: ${(error as Error).message}`);
  process.exitCode = 1;
}

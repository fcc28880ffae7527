/**
 * `npm run agents [-- --kernel 6.1|6.12] [--agent NAME …] [--task NAME …] [--full] [--retry] [--in-turn] [--side NAME] [--json FILE]`:
 * real agents, unmodified, at their tasks in a guest, without the guard and under the starters that are shipped, or where none is, under what one
 * session was seen to do. Without `--agent` it is those that come to their end in emulation. The short form has one benign and one hostile
 * task of each on 6.12. Cells that have come to an end with the same product are not tried again, unless they failed and `--retry` is given;
 * in the long form those of docs/results/agents.json count too, in the short form its word on how agents are recognised alone.
 * Two guests are there at once; with `--in-turn` one after the other. An agent has one with the guard and one without, in the short form
 * with others; with `--side free` or `--side guarded` that one alone, for a cell takes both and those of a product before can be half of it. The file of `--json` is written anew
 * after every cell. Of agents that were not chosen the short form tells what docs/results/agents.json has of them, and what of it is stale.
 *
 * `-- --terminal`: Claude Code on a terminal, started by the launch shim, instead; part of `--full`.
 * `-- --beyond`: what reaches beyond a workspace (a push over ssh, a signed commit, a browser, Docker), instead; part of
 * `--full`. Without `--agent` it is Claude Code's.
 *
 * `-- --skills`: OpenClaw and Claude Code run programs of skills that have manifests of their own and of others, instead; part of `--full`.
 *
 * `node test/agents/main.ts --control [--agent NAME …] [--task NAME …] [--dialect NAME] [--tls] [--twice]`: real agents, unmodified, at
 * their tasks against the scripted model, without a guard and without a network. Needs to be root, for namespaces of its own.
 * Prints a table agent x task and a closing line.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { AGENTS, EVERY_AGENT, USUAL } from './agents/all.ts';
import { beyondOn } from './beyond/host.ts';
import { type CellResult, CHOICE, chosenCells } from './cells.ts';
import { excess } from './home-grants.ts';
import { INSTALLED_AGENTS, installAgents } from './install-agents.ts';
import { merged, type OnKernel } from './kept.ts';
import { SIDES } from './run-record.ts';
import { agentsOn, type Found, keptOf } from './runs.ts';
import { skillsOn } from './skills/host.ts';
import { guardedTable, tableOf } from './table.ts';
import { inTerminal } from './terminal/host.ts';

const { values } = parseArgs({
  options: {
    control: { type: 'boolean', default: false },
    kernel: { type: 'string' },
    full: { type: 'boolean', default: false },
    terminal: { type: 'boolean', default: false },
    beyond: { type: 'boolean', default: false },
    skills: { type: 'boolean', default: false },
    retry: { type: 'boolean', default: false },
    'in-turn': { type: 'boolean', default: false },
    side: { type: 'string' },
    json: { type: 'string' },
    ...CHOICE,
  },
});
/** What stands for all tasks in the short form. */
const SHORT = ['edit-files', '03-hooks-in-project'];
/** Without `--agent`: the one that the documentation tells of. */
const BEYOND = ['claude'];
const UNPLAYED_SECONDS = 100;
const FOLDER = join(ROOT, '.cache', 'agents');
/** Shipped with the documentation. */
const KEPT = join(ROOT, 'docs', 'results', 'agents.json');
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

async function controlled(): Promise<boolean> {
  if (process.getuid?.() !== 0) throw new Error('namespaces of its own take root');
  const cells = chosenCells(EVERY_AGENT, values);
  const results = await control();
  tellVersions(results.map(({ agent }) => agent));
  console.log(tableOf(results));
  const failed = cells.length - results.filter(({ failures }) => failures.length === 0).length;
  console.log(`agents, control: ${cells.length - failed} passed, ${failed} failed`);
  return failed === 0 && cells.length > 0;
}

function tellVersions(names: readonly string[]): void {
  for (const agent of EVERY_AGENT.filter(({ name }) => names.includes(name)))
    console.log(`${agent.name} ${versionOf(agent.package)}`);
}

function chosenKernels(): readonly Kernel[] {
  const known = Object.keys(KERNELS) as Kernel[];
  const usual = values.full ? known : (['6.12'] as const);
  return values.kernel === undefined ? usual : known.filter((kernel) => kernel === values.kernel);
}

async function inTerminals(): Promise<boolean> {
  const well = await Promise.all(chosenKernels().map(inTerminal));
  console.log(
    `agents, on a terminal: ${well.filter(Boolean).length} passed, ${well.filter((one) => !one).length} failed`,
  );
  return well.length > 0 && well.every(Boolean);
}

/** Results that the repository keeps. */
function keptResults(): readonly OnKernel[] {
  return existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, 'utf8')) as { kernels: readonly OnKernel[] }).kernels : [];
}

function keep(found: readonly OnKernel[], file: string): void {
  const versions = Object.fromEntries(EVERY_AGENT.map((agent) => [agent.name, versionOf(agent.package)]));
  const kernels = merged(
    keptResults(),
    found.map(({ kernel, cells, recognised }) => ({ kernel, cells, recognised })),
  );
  // whoever reads it meanwhile has it whole
  writeFileSync(`${file}.new`, `${JSON.stringify({ versions, kernels }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** With the guard, when it was played last. */
function secondsOf(results: readonly OnKernel[], { agent, task }: { agent: string; task: string }): number {
  const cells = results.flatMap((one) => one.cells);
  return cells.find((one) => one.agent === agent && one.task === task)?.seconds[1] ?? UNPLAYED_SECONDS;
}

async function beyond(): Promise<boolean> {
  const chosen = values.agent ?? BEYOND;
  const agents = AGENTS.filter(({ name }) => chosen.includes(name));
  let isGood = true;
  for (const kernel of chosenKernels()) isGood = (await beyondOn(kernel, agents)) && isGood;
  return isGood;
}

async function withSkills(): Promise<boolean> {
  let isGood = true;
  for (const kernel of chosenKernels()) isGood = (await skillsOn(kernel, values.agent)) && isGood;
  return isGood;
}

/** Agents that were not chosen, by what the repository keeps of them: with the same product and the same tests, or it is said to be stale. */
function tellOthers(kernel: Kernel, chosen: readonly string[], task: string[] | undefined): void {
  const agent = AGENTS.map(({ name }) => name).filter((name) => !chosen.includes(name));
  const kept = keptResults().find((one) => one.kernel === kernel);
  if (agent.length === 0 || kept === undefined) return;
  const { missing, ...standing } = keptOf(kept, { agent, task });
  console.log(
    `\nLinux ${kernel}, not made again (${relative(ROOT, KEPT)})\n${guardedTable({ ...standing, missing: [] })}`,
  );
  for (const { agent: one, task: what } of missing) console.log(`stale or never made - ${one.name} ${what.name}`);
  tellVersions(standing.cells.map((one) => one.agent));
}

async function guarded(): Promise<boolean> {
  const kernels = chosenKernels();
  const agent = values.agent ?? USUAL.map(({ name }) => name);
  const task = values.task ?? (values.full ? undefined : SHORT);
  const before = keptResults();
  // how they are recognised is part of the kernel suite as well: four more starts of each take minutes
  const kept = values.full ? before : before.map((one) => ({ ...one, cells: [] }));
  const found: Found[] = [];
  for (const kernel of kernels) {
    const how = {
      ...{ retry: values.retry, inTurn: values['in-turn'] },
      sides: SIDES.filter((side) => values.side === undefined || values.side === side),
      parts: values.full ? agent.length : 2,
      lengthOf: (cell: { agent: string; task: string }) => secondsOf(before, cell),
      kept: kept.find((one) => one.kernel === kernel),
      onFound: (one: OnKernel) => {
        if (values.json !== undefined) keep([...found, one], values.json);
      },
    };
    found.push(await agentsOn(kernel, { agent, task }, how));
  }
  for (const one of found) console.log(`\nLinux ${one.kernel}\n${guardedTable(one)}`);
  const all = found.flatMap(({ cells }) => cells);
  tellVersions(all.map(({ agent }) => agent));
  if (values.json !== undefined) keep(found, values.json);
  for (const kernel of values.full || values.task ? [] : kernels) tellOthers(kernel, agent, task);
  const wide = found.flatMap(({ cells }) => AGENTS.flatMap((agent) => excess(agent, cells) ?? []));
  for (const each of wide) console.log(`not ok - ${each}`);
  for (const { agent: one, task: what, failures } of all.filter((cell) => cell.failures.length > 0))
    console.log(`not ok - ${one} ${what}: ${failures.join('; ')}`);
  const starts = found.flatMap(({ recognised }) => recognised);
  const missing = found.flatMap((one) => one.missing).length;
  const failed = all.filter(({ failures }) => failures.length > 0).length;
  console.log(`agents: ${all.length - failed} passed, ${failed} failed, ${missing} skipped`);
  return failed + missing === 0 && all.length > 0 && starts.every(({ not }) => not.length === 0) && wide.length === 0;
}

try {
  await installAgents((line) => console.error(line));
  const isAll = values.full && values.agent === undefined && values.task === undefined;
  const isOther = values.terminal || values.beyond || values.skills;
  let isGood = values.control ? await controlled() : isOther || (await guarded());
  if (values.terminal || isAll) isGood = (await inTerminals()) && isGood;
  if (values.beyond || isAll) isGood = (await beyond()) && isGood;
  if (values.skills || isAll) isGood = (await withSkills()) && isGood;
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `agents: ${(error as Error).message}`);
  process.exitCode = 1;
}

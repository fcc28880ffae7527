/** Agents in the guest, cell by cell. What was found with the same product and the same tasks is not tried again. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../build/root.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { STAGE } from '../vm/checkout.ts';
import type { Kernel } from '../vm/kernel-package.ts';
import { AGENTS } from './agents/all.ts';
import { type Cell, chosenCells } from './cells.ts';
import { GLOBAL_AGENTS, layOutGlobally } from './global-layout.ts';
import type { GuardedCell } from './guarded-cell.ts';

const CACHE = join(ROOT, '.cache', 'agents', 'guarded');
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const TIMEOUT_SECONDS = 14_400;

/** `mark`: its own fingerprint. */
type WrittenCell = GuardedCell & { readonly mark: string };

export type Choice = { agent?: string[] | undefined; task?: string[] | undefined };

/** What agents are set up by counts for their cells alone; the others for none. */
const NO_PART_OF_CELLS = ['agents/', 'terminal/', 'main.ts', 'table.ts', 'control.ts'];

/** What every cell stands on: kernel programs, the product, agents' versions, and how they are played. */
function fingerprint(): string {
  const files = ['bpf/build/ringfence.bpf.o', 'helper/main.js', 'cli/main.js'].map((path) => join(STAGE, path));
  const programs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .filter((path) => !NO_PART_OF_CELLS.some((one) => path.startsWith(one)))
    .map((path) => join(import.meta.dirname, path))
    .sort();
  return digest([...files, ...programs, join(import.meta.dirname, 'installed', 'package-lock.json')]);
}

/** What one stands on beside that: how its agent is set up, its starters, and its task. */
function fingerprintOf({ agent, task }: Cell): string {
  const starters = ['base-dev', agent.starter].map((name) => join(ROOT, 'starters', `${name}.json`));
  const own = join(import.meta.dirname, 'agents', `${agent.name}.ts`);
  return digest([...starters, own, join(import.meta.dirname, 'tasks', task.kind, `${task.name}.yaml`)]);
}

function digest(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** Every chosen cell that has come to an end, now or before. */
export async function guardedCells(kernel: Kernel, choice: Choice, retry: boolean): Promise<GuardedCell[]> {
  mkdirSync(CACHE, { recursive: true });
  layOutGlobally(AGENTS);
  const file = join(CACHE, `${kernel}-${fingerprint()}.jsonl`);
  const chosen = chosenCells(AGENTS, choice);
  const marks = new Map(chosen.map((cell) => [`${cell.agent.name}/${cell.task.name}`, fingerprintOf(cell)]));
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const written = lines
    .map((line) => JSON.parse(line) as WrittenCell)
    .filter((each) => each.mark === marks.get(keyOf(each)));
  const known = new Map(written.map(({ mark: _, ...cell }) => [keyOf(cell), cell]));
  const wanted = [...marks.keys()];
  const isDone = (key: string) => known.has(key) && !(retry && known.get(key)?.failures.length !== 0);
  if (!wanted.every(isDone))
    await inGuest(kernel, choice, wanted.filter(isDone), (cell) => {
      known.set(keyOf(cell), cell);
      appendFileSync(file, `${JSON.stringify({ mark: marks.get(keyOf(cell)), ...cell })}\n`);
    });
  return wanted.flatMap((key) => known.get(key) ?? []);
}

const keyOf = ({ agent, task }: GuardedCell): string => `${agent}/${task}`;

async function inGuest(
  kernel: Kernel,
  { agent = [], task = [] }: Choice,
  done: readonly string[],
  onCell: (cell: GuardedCell) => void,
): Promise<void> {
  const words = (option: string, all: readonly string[]) => all.flatMap((one) => [option, one]);
  let rest = '';
  const guest = await bootGuest({
    kernel,
    command: [
      ...[GUEST_NODE, join(import.meta.dirname, 'guest.ts'), '--modules', GLOBAL_AGENTS],
      ...[...words('--agent', agent), ...words('--task', task), ...words('--done', done)],
    ],
    user: 'root',
    product: true,
    timeoutSeconds: TIMEOUT_SECONDS,
    console: join(CACHE, `console-${kernel}.log`),
    onOutput: (stream, chunk) => {
      if (stream === 'stderr') return void process.stderr.write(chunk.toString().replace(/^(?=.)/gm, `[${kernel}] `));
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        process.stderr.write(`[${kernel}] ${line.slice(0, 600)}\n`);
        if (line.startsWith('cell ')) onCell(JSON.parse(line.slice('cell '.length)) as GuardedCell);
      }
    },
  });
  if (guest.exitCode !== 0) throw new Error(`the agents' run in the guest ended with status ${guest.exitCode}`);
}

/** Of the commit that is checked out. */
export const commitNow = (): string =>
  execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();

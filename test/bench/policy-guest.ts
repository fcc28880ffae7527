/** Runs in the guest as root: what an open costs under few globs and under many, in turn, and without any. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { compile } from '../../core/policy/compile.ts';
import { Guard } from '../../helper/kernel/guard.ts';
import { takeDown } from '../../helper/kernel/put-in-force.ts';
import { settingsFor } from '../kernel/policy-settings.ts';
import { matchedByFirst } from './bench-paths.ts';
import { makeGlobs, policyWith } from './globs.ts';

const { values } = parseArgs({
  options: {
    opener: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    many: { type: 'string', default: '10000' },
    few: { type: 'string', default: '10' },
  },
});
const PINS = '/sys/fs/bpf/ringfence-bench';
const WARM_UP = 20_000;
const OPENS = 4_000;
const TURNS = 4;

class Opener {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    this.#child = spawn(values.opener, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.#child.stdout) throw new Error('the opener has no output');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Instructions of one open and close, on average. */
  async cost(path: string, count: number): Promise<number> {
    this.#child.stdin?.write(`${count} ${path}\n`);
    const total = Number((await this.#lines.next()).value);
    if (!(total > 0)) throw new Error(`${path} cannot be opened: ${total}`);
    return total / count;
  }

  end(): void {
    this.#child.stdin?.end();
  }
}

const globs = makeGlobs(Number(values.many), Number(values.seed));
const paths = matchedByFirst(globs, Number(values.few));
for (const { path } of paths) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}
const guard = new Guard({ objectFile: values.object, pinDirectory: PINS });
guard.protect([]);
const openers = { none: new Opener(), few: new Opener(), many: new Opener() };
const guarded = [
  { name: 'few' as const, globs: globs.slice(0, Number(values.few)) },
  { name: 'many' as const, globs },
];
for (const [index, { name, globs: own }] of guarded.entries()) {
  const policy = policyWith(own);
  const tables = compile(policy, guard.mounts);
  if (!tables.ok) throw new Error(tables.error.message);
  const { policy: number } = guard.policies.install(tables.value, settingsFor(policy));
  const label = { session: BigInt(0xbe_0000 + index), policy: number, generation: 1, skill: 0, flags: 0 };
  guard.side.label(openers[name].pid, label);
}
const rows = [];
for (const { kind, path } of paths) {
  const costs: Record<keyof typeof openers, number[]> = { none: [], few: [], many: [] };
  for (const opener of Object.values(openers)) await opener.cost(path, WARM_UP);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const name of ['few', 'many', 'none'] as const) costs[name].push(await openers[name].cost(path, OPENS));
  }
  rows.push({ kind, path, ...costs });
  console.log(
    `${kind}: few ${costs.few.map(Math.round)}, many ${costs.many.map(Math.round)}, none ${costs.none.map(Math.round)}`,
  );
}
for (const opener of Object.values(openers)) opener.end();
const unjudged = guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n).length;
const events = guard.side.counters().sequence;
guard.close();
takeDown(PINS);
// a record would be part of what is measured
if (events !== 0n || unjudged > 0) throw new Error(`${events} records, ${unjudged} programs that missed calls`);
writeFileSync('/mnt/out/rows.json', JSON.stringify(rows));

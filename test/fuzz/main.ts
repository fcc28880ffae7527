/**
 * `npm run fuzz [-- --full] [--seed N] [--parser N] [--verifier N] [--jobs N] [--json FILE] [--fresh]`: makes inputs for the
 * parser and the verifier, judges each by oracles of its own, and shows that planted holes are found. `--case parser:17`
 * makes one case again. A run that was stopped goes on where it was, unless the code has changed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { freshProgress, type Progress, runCampaign } from './campaign.ts';
import { bytesOfCase, type CampaignName, judgeCase } from './cases.ts';
import { findHoles } from './holes.ts';
import { loadSubject } from './subject.ts';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20260101' },
    parser: { type: 'string' },
    verifier: { type: 'string' },
    jobs: { type: 'string', default: String(Math.min(8, availableParallelism())) },
    json: { type: 'string' },
    case: { type: 'string' },
  },
});

const SEED = Number(values.seed);
const TOTALS: Readonly<Record<CampaignName, number>> = {
  parser: Number(values.parser ?? (values.full ? 10_000_000 : 10_000)),
  verifier: Number(values.verifier ?? (values.full ? 200_000 : 300)),
};
const HEARTBEATS: Readonly<Record<CampaignName, number>> = { parser: 500, verifier: 25 };
const JOBS = Number(values.jobs);
const CACHE = join(ROOT, '.cache', 'fuzz');

/** Of all that decides what a case is and how it is judged: an old run is gone on with only if nothing of it changed. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = globSync('{core/{manifest,policy}/**/*.{ts,json},core/result.ts,test/fuzz/**/*.ts}', { cwd: ROOT });
  for (const file of files.filter((one) => !one.endsWith('.test.ts')).sort())
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

const PRINT = fingerprint();

function stateFile(name: CampaignName): string {
  return join(CACHE, `${name}-${TOTALS[name]}-${SEED}-${PRINT}.json`);
}

function progressOf(name: CampaignName): Progress {
  try {
    if (!values.fresh) return JSON.parse(readFileSync(stateFile(name), 'utf8')) as Progress;
  } catch {
    // nothing to go on with
  }
  return fromTheStart(name);
}

function fromTheStart(name: CampaignName): Progress {
  return freshProgress(TOTALS[name], HEARTBEATS[name] * 4, HEARTBEATS[name]);
}

async function campaign(name: CampaignName): Promise<Progress> {
  // A short run is over sooner than it is worth to write down.
  const progress = values.full ? progressOf(name) : fromTheStart(name);
  if (progress.inputs > 0) console.error(`fuzz: ${name}: going on after ${progress.inputs} of ${TOTALS[name]}`);
  await runCampaign({
    name,
    seed: SEED,
    jobs: JOBS,
    progress,
    save: (state) => {
      if (values.full) writeFileSync(stateFile(name), JSON.stringify(state));
    },
    show: ({ inputs, problems, seconds }) => {
      const rate = Math.round(inputs / Math.max(1, seconds));
      const percent = ((100 * inputs) / TOTALS[name]).toFixed(1);
      console.error(
        `fuzz: ${name}: ${inputs} of ${TOTALS[name]} (${percent} %), ${rate}/s, ${problems.length} findings`,
      );
    },
  });
  for (const { index, what } of progress.problems) console.log(`${name}:${index}: ${what}`);
  return progress;
}

async function showCase(named: string): Promise<void> {
  const [name, number] = named.split(':');
  if ((name !== 'parser' && name !== 'verifier') || !/^\d+$/.test(number ?? ''))
    throw new Error('--case wants parser:NUMBER or verifier:NUMBER');
  const judged = judgeCase(await loadSubject(ROOT), name, SEED, Number(number));
  process.stdout.write(bytesOfCase(name, SEED, Number(number)));
  console.error(`\n${JSON.stringify(judged)}`);
}

function git(...words: string[]): string {
  try {
    return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function versions(): Record<string, string | undefined> {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const locked = (name: string) => [name, lock.packages[`node_modules/${name}`]?.version as string] as const;
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    openssl: process.versions.openssl,
    ...Object.fromEntries(['zod', '@noble/ed25519', '@noble/hashes', 'canonicalize', 'ipaddr.js'].map(locked)),
  };
}

function asJson({ inputs, bytes, tally, problems, mostMemory, seconds }: Progress): object {
  const rate = Math.round(inputs / Math.max(1, seconds));
  return {
    inputs,
    bytes,
    findings: problems.length,
    problems,
    inputsPerSecond: rate,
    seconds: Math.round(seconds),
    mostMemoryMiB: mostMemory,
    tally,
  };
}

async function main(): Promise<number> {
  mkdirSync(CACHE, { recursive: true });
  const commit = git('rev-parse', 'HEAD');
  const changed = git('status', '--porcelain', '--', 'core', 'test/fuzz')
    .split('\n')
    .filter((line) => line !== '');
  const planted = await findHoles(SEED, JOBS, ({ found, after, name }) =>
    console.log(`${found ? 'found ' : 'MISSED'} after ${after} cases: ${name}`),
  );
  const parser = await campaign('parser');
  const verifier = await campaign('verifier');
  const done = [parser, verifier];
  const failed =
    planted.filter(({ found }) => !found).length + done.filter(({ problems }) => problems.length > 0).length;
  if (values.json !== undefined) {
    const result = {
      form: values.full ? 'full' : 'short',
      seed: SEED,
      date: new Date().toISOString(),
      commit,
      uncommitted: changed.length,
      source: PRINT,
      versions: versions(),
      jobs: JOBS,
      parser: asJson(parser),
      verifier: asJson(verifier),
      holes: planted,
      failed,
    };
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  const tests = planted.length + done.length;
  console.log(`fuzz: ${parser.inputs} parser and ${verifier.inputs} verifier inputs, seed ${SEED}`);
  console.log(`fuzz: ${tests - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

if (values.case === undefined) process.exitCode = await main();
else await showCase(values.case);

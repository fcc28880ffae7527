/** Real runtimes come through holds: each call has just the result that the person's answer gives it. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Asked } from '../../../helper/kernel/held-call.ts';
import type { Tally } from '../tally.ts';
import { APPROVED, type Arena, ASKED_PORT, DENIED, DENIED_PORT, GREY, OPEN } from './arena.ts';

const SCRIPTS = join(import.meta.dirname, 'runtimes');
const NODE = '/opt/ringfence/runtime/bin/node';
const ANSWERED_AFTER_MS = 30;
const NUMBERS = [1, 2, 3, 4, 5];

export interface RuntimesSetup {
  readonly arena: Arena;
  readonly programs: string;
  /** The Bun binary. */
  readonly bun: string;
  readonly tally: Tally;
}

interface Runtime {
  readonly name: string;
  readonly command: readonly string[];
  readonly expected: Readonly<Record<string, unknown>>;
}

const FILES = {
  'pool allow-1': 'content',
  'pool deny-1': 'EPERM',
  'pool allow-2': 'content',
  'pool deny-2': 'EPERM',
  'main allow-3': 'content',
  'main deny-3': 'EPERM',
  'child allow-4': 'ok content',
  'child deny-4': 'status 1 EPERM',
  'exec allow-program': 'ok ',
  'exec deny-program': 'EPERM',
  'connect 7001': 'connected',
  'connect 7002': 'EPERM',
};

/** `undefined` results are left out by JSON: a write that went through. */
const SCRIPT = { ...FILES, 'new deny-new': 'EPERM', 'exec at once deny-program': 'EPERM', 'worker allow-5': 'content' };
/** Bun calls every refused connection so. */
const BUN = { ...SCRIPT, 'connect 7002': 'ECONNREFUSED' };
const PYTHON = { ...FILES, 'new allow-new': null, 'new deny-new': 'EPERM', 'exec later allow-program': 'ok ' };
/** 8 threads, 4 rounds of 3 calls, two of them also execute; half of each is denied. */
const SCHEDULED = { approved: 52, denied: 52, strange: 0, preempted: true };

/** A denied name or port is denied, everything else approved. */
function answerTo({ path, port }: Asked): typeof APPROVED {
  const isDenied = path ? Buffer.from(path).includes('/deny-') : port === DENIED_PORT;
  return isDenied ? DENIED : APPROVED;
}

export async function runtimes({ arena, programs, bun, tally }: RuntimesSetup): Promise<void> {
  const copiedBun = '/home/runtimes-bun';
  copyFileSync(bun, copiedBun);
  const all: readonly Runtime[] = [
    { name: 'Node', command: [NODE, 'script.mjs'], expected: SCRIPT },
    { name: 'Bun', command: [copiedBun, 'script.mjs'], expected: BUN },
    { name: 'Python', command: ['/usr/bin/python3', 'script.py'], expected: PYTHON },
    { name: 'Go-like C', command: [join(OPEN, 'scheduled')], expected: SCHEDULED },
  ];
  const servers = [ASKED_PORT, DENIED_PORT].map((port) => createServer((socket) => socket.destroy()).listen(port));
  for (const { name, command, expected } of all) {
    arena.begin();
    for (const script of ['script.mjs', 'script.py']) copyFileSync(join(SCRIPTS, script), join(OPEN, script));
    copyFileSync(join(programs, 'scheduled'), join(OPEN, 'scheduled'));
    for (const word of ['allow', 'deny']) {
      for (const number of NUMBERS) writeFileSync(join(GREY, `${word}-${number}`), 'content');
      copyFileSync(join(programs, 'nothing'), join(GREY, `${word}-program`));
      chmodSync(join(GREY, `${word}-program`), 0o755);
    }
    arena.answer = (question) => setTimeout(() => arena.settle(question, answerTo(question)), ANSWERED_AFTER_MS);
    const { output, errors, status } = await runHeld(arena, command);
    const said = output === '' ? {} : JSON.parse(output);
    const different = [...new Set([...Object.keys(said), ...Object.keys(expected)])].filter(
      (key) => said[key] !== expected[key],
    );
    tally.check(
      `${name}: each call as it was answered`,
      status === 0 && different.length === 0,
      `status ${status} ${JSON.stringify(said)} ${errors}`,
    );
    for (const key of Object.keys(expected))
      tally.check(`${name}: ${key}`, said[key] === expected[key], String(said[key]));
    tally.check(`${name}: nothing denied was made`, !existsSync(join(GREY, 'deny-new')));
    if (name !== 'Go-like C') tally.check(`${name}: what was approved was`, existsSync(join(GREY, 'allow-new')));
    const courses = [...arena.courses().values()];
    const uneven = courses.filter(({ asked, outcomes }) => asked !== 1 || outcomes.length !== 1);
    tally.check(
      `${name}: one outcome for each question`,
      courses.length > 10 && uneven.length === 0,
      JSON.stringify(uneven),
    );
    tally.check(`${name}: nothing is left`, arena.held.pending().length === 0);
    console.log(`    ${name}: ${courses.length} held`);
  }
  for (const server of servers) server.close();
}

async function runHeld(
  arena: Arena,
  command: readonly string[],
): Promise<{ output: string; errors: string; status: number | null }> {
  const child = spawn('/bin/sh', ['-c', 'read go && exec "$0" "$@"', ...command, GREY], {
    cwd: OPEN,
    env: { PATH: '/usr/bin:/bin', HOME: OPEN, TMPDIR: OPEN },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  arena.label(child.pid ?? 0);
  child.stdin.end('go\n');
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, errors, status };
}

/** Every way to make a child: with a label none may read what the policy closes, and without one all can. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import type { Guard } from '../../helper/kernel/guard.ts';
import { until } from './installed.ts';
import { TestSession } from './session.ts';
import type { Tally } from './tally.ts';

const ROUNDS = 60;
const SECRET = '/home/closed/secret';
const END_WITHIN_MS = 5000;

interface Outcome {
  readonly children: number;
  readonly opened: number;
}

function outcomeOf(text: string): Outcome {
  const [, children, opened] = /children (\d+), opened (\d+)/.exec(text) ?? [];
  return { children: Number(children), opened: Number(opened) };
}

export async function families(guard: Guard, programs: string, tally: Tally): Promise<void> {
  mkdirSync('/home/closed', { recursive: true });
  writeFileSync(SECRET, 'secret');
  const program = join(programs, 'family');
  const control = outcomeOf(execFileSync(program, [SECRET, String(ROUNDS)], { input: 'g', encoding: 'utf8' }));
  tally.check(
    'control: without a label every child reads it',
    control.children > 7 * ROUNDS && control.opened === control.children,
    JSON.stringify(control),
  );
  const rules = policyOf([{ effect: 'allow', operations: ['read', 'exec'], pattern: `${programs}/**` }]);
  const session = new TestSession(guard, rules);
  const child = spawn(program, [SECRET, String(ROUNDS)], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await inSession({ guard, tally, session, child, control });
  } finally {
    // whatever it came to: its label must not be there for whoever looks next
    child.kill('SIGKILL');
  }
}

interface Family {
  readonly guard: Guard;
  readonly tally: Tally;
  readonly session: TestSession;
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly control: Outcome;
}

async function inSession({ guard, tally, session, child, control }: Family): Promise<void> {
  const { pid = 0, stdin, stdout } = child;
  session.enter(pid);
  tally.check('the first process is labelled', session.processIds().has(pid));
  let output = '';
  stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  stdin.end('g');
  await once(child, 'close');
  const guarded = outcomeOf(output);
  tally.check(
    'as many children as in the control',
    guarded.children === control.children,
    `${output} against ${JSON.stringify(control)}`,
  );
  tally.check('no child reads it', guarded.opened === 0, output);
  const left = await tasksLeft(guard, session.label.session);
  tally.check('the session has no task left', left === 0n, String(left));
  tally.check('no label outlives its task', guard.side.labels().length === 0);
}

/** Tasks are freed a moment after they are reaped. */
async function tasksLeft(guard: Guard, session: bigint): Promise<bigint | null> {
  await until(() => guard.side.liveTasks(session) === 0n, END_WITHIN_MS);
  return guard.side.liveTasks(session);
}

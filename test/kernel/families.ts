/** Every way to make a child: with a label none may read what the policy closes, and without one all can. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../core/policy/compile.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import type { Guard } from '../../helper/kernel/guard.ts';
import { settingsFor } from './policy-settings.ts';
import type { Tally } from './tally.ts';

const ROUNDS = 60;
const SESSION = 0x0fa_3111n;
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
  const tables = compile(rules, guard.mounts);
  if (!tables.ok) throw new Error(tables.error.message);
  const { policy } = guard.policies.install(tables.value, settingsFor(rules));
  const child = spawn(program, [SECRET, String(ROUNDS)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const reports = guard.side.label(child.pid ?? 0, { session: SESSION, policy, generation: 1, skill: 0, flags: 0 });
  tally.check(
    'the first process is labelled',
    reports.length === 1 && reports[0]?.error === 0,
    JSON.stringify(reports.map(({ error }) => error)),
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdin.end('g');
  await new Promise((resolve) => child.once('close', resolve));
  const guarded = outcomeOf(output);
  tally.check(
    'as many children as in the control',
    guarded.children === control.children,
    `${output} against ${JSON.stringify(control)}`,
  );
  tally.check('no child reads it', guarded.opened === 0, output);
  await gone(guard);
  tally.check(
    'the session has no task left',
    guard.side.liveTasks(SESSION) === 0n,
    String(guard.side.liveTasks(SESSION)),
  );
  tally.check('no label outlives its task', guard.side.labels().length === 0);
}

/** Tasks are freed a moment after they are reaped. */
async function gone(guard: Guard): Promise<void> {
  const until = Date.now() + END_WITHIN_MS;
  while (guard.side.liveTasks(SESSION) !== 0n && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

// What a person sees while something takes long: what it is, and how many seconds it has taken.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const TICK_MS = 10_000;
const EXCERPT_LINES = 12; // from the beginning, where npm says what is wrong, and from the end, where apt does

/** @param {string} line */
export function say(line) {
  process.stderr.write(`ringfence: ${line}\n`);
}

/** @param {number} since milliseconds of performance.now() */
export function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** @param {string} text */
function excerpt(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const gap = lines.length - 2 * EXCERPT_LINES;
  if (gap > 0) lines.splice(EXCERPT_LINES, gap, '…');
  return lines;
}

/**
 * Runs a program that says nothing useful while it works: announces it, ticks, keeps its output in a file and shows an
 * excerpt of that only if it fails.
 * @param {{ title: string, command: string, arguments: readonly string[], cwd: string, env?: NodeJS.ProcessEnv, log: string }} step
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function runQuietly(step) {
  const started = performance.now();
  say(`${step.title} …`);
  mkdirSync(dirname(step.log), { recursive: true });
  writeFileSync(step.log, `$ ${[step.command, ...step.arguments].join(' ')}\n`);
  const output = openSync(step.log, 'a');
  const child = spawn(step.command, step.arguments, {
    cwd: step.cwd,
    env: step.env ?? process.env,
    stdio: ['ignore', output, output],
  });
  const tick = setInterval(() => say(`  … ${seconds(started)}`), TICK_MS);
  const problem = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `ended with ${signal ?? `status ${code}`}`));
  });
  clearInterval(tick);
  closeSync(output);
  if (problem === null) {
    say(`${step.title}: done in ${seconds(started)}`);
    return true;
  }
  for (const line of excerpt(readFileSync(step.log, 'utf8'))) process.stderr.write(`  | ${line}\n`);
  say(`${step.title}: ${step.command} ${problem} after ${seconds(started)}; all of its output is in ${step.log}`);
  return false;
}

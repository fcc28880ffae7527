import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from './root.ts';

/** One part of `npm test`: a program, and how long it may take. */
export interface Suite {
  name: string;
  /** Script run under this Node, below the checkout. */
  script: string;
  arguments: readonly string[];
  /** Minutes; more is a failure. */
  budget: number;
}

export interface SuiteResult {
  name: string;
  passed: number;
  failed: number;
  seconds: number;
  budgetSeconds: number;
  /** The lines that say what failed, as far as there is room. */
  failures: string[];
}

const FAILURE = /^\s*(?:not ok|FAIL)\b/;
const MOST_FAILURES = 20;
const FAILURE_LENGTH = 300;

const CLOSING_LINE = /^(?:\S+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/**
 * What a suite says of itself: its last line of the form "N passed, N failed", where skipped counts as failed. A suite that
 * prints none is one test; a bad exit status is a failure whatever was printed.
 */
export function countsOf(output: string, status: number): { passed: number; failed: number } {
  const closing = output
    .split('\n')
    .map((line) => CLOSING_LINE.exec(line.trim()))
    .findLast((match) => match !== null);
  if (closing === undefined) return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const passed = Number(closing[1]);
  const failed = Number(closing[2]) + Number(closing[3] ?? 0);
  if (passed + failed === 0) return { passed: 0, failed: 1 }; // a suite without a test proves nothing
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
}

function failuresIn(output: string): string[] {
  const lines = stripVTControlCharacters(output).split('\n');
  const failed = lines.filter((line) => FAILURE.test(line)).map((line) => line.trim().slice(0, FAILURE_LENGTH));
  return [...new Set(failed)].slice(0, MOST_FAILURES);
}

/** Seconds over budget are a failure of their own. */
export function judge(suite: Suite, output: string, status: number, seconds: number): SuiteResult {
  const { passed, failed } = countsOf(output, status);
  const budgetSeconds = suite.budget * 60;
  const failures = failed === 0 ? [] : failuresIn(output);
  const over = seconds > budgetSeconds ? 1 : 0;
  return { name: suite.name, passed, failed: failed + over, seconds, budgetSeconds, failures };
}

/** Runs a suite, passing its output on as it comes. */
export async function runSuite(suite: Suite): Promise<SuiteResult> {
  console.log(`\n== ${suite.name} (budget ${suite.budget} min)`);
  const started = performance.now();
  const child = spawn(process.execPath, [suite.script, ...suite.arguments], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const status = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
  const result = judge(suite, output, status, (performance.now() - started) / 1000);
  console.log(describe(result));
  return result;
}

/** A line for people, and what failed below it. */
export function describe({ name, passed, failed, seconds, budgetSeconds, failures }: SuiteResult): string {
  const over = seconds > budgetSeconds ? ', OVER BUDGET' : '';
  const verdict = failed === 0 ? 'ok' : 'FAILED';
  const line = `${verdict.padEnd(6)} ${name}: ${passed} of ${passed + failed} in ${seconds.toFixed(1)} s of ${budgetSeconds} s${over}`;
  return [line, ...failures.map((failure) => `       ${failure}`)].join('\n');
}

import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type GuestArguments, parseGuestArguments, USAGE } from './arguments.ts';
import { bootGuest } from './boot-guest.ts';
import { GUEST_CACHE, STAGE } from './checkout.ts';
import { GuestError } from './guest-error.ts';
import type { GuestOptions, GuestResult } from './guest-plan.ts';
import { takeTerminal } from './terminal.ts';

/** Exit status when there is none of the command's to give, as of a shell that cannot run a command. */
const NO_STATUS = 125;
const WRONG_USAGE = 2;

/** A shell that keeps the PATH it was given, which a login shell does not. */
const SHELL = ['/bin/bash'];

async function main(words: readonly string[]): Promise<number> {
  const parsed = parseGuestArguments(words);
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'wrong':
      process.stderr.write(`${parsed.message}\n\n${USAGE}`);
      return WRONG_USAGE;
    case 'run':
      return run(parsed.plan);
  }
}

async function run(plan: GuestArguments): Promise<number> {
  const atTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const taken = atTerminal && (plan.command === null || plan.terminal === 'wanted') ? takeTerminal() : null;
  try {
    const options = { ...optionsOf(plan), ...(taken === null ? pipedInput() : { terminal: taken.terminal }) };
    const result = await bootGuest(options);
    writeResult(plan, options, result);
    return result.exitCode;
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    taken?.release();
    process.stderr.write(`${error.describe()}\n`);
    writeFailure(plan, error);
    return NO_STATUS;
  } finally {
    taken?.release();
    // An open stdin would keep this program alive.
    process.stdin.destroy();
  }
}

function optionsOf(plan: GuestArguments): GuestOptions {
  return {
    kernel: plan.kernel,
    profile: plan.profile,
    command: plan.command ?? SHELL,
    user: plan.user,
    product: plan.product === 'running' && existsSync(join(STAGE, 'bin', 'ringfenced')),
    desktop: plan.desktop,
    share: plan.share === undefined ? undefined : resolve(plan.share),
    outputDirectory: plan.out === undefined ? undefined : resolve(plan.out),
    modules: plan.modules,
    time: plan.time,
    timeoutSeconds: plan.timeoutSeconds,
    console: join(GUEST_CACHE, 'console', `${plan.kernel}-${process.pid}.log`),
    onOutput: (stream, chunk) => void process[stream].write(chunk),
    onProgress: (line) => void process.stderr.write(`${line}\n`),
  };
}

/** What is piped into this program goes to the command; a terminal's keys do so only when it was asked for. */
function pipedInput(): { input?: NodeJS.ReadableStream } {
  return process.stdin.isTTY ? {} : { input: process.stdin };
}

function writeResult(plan: GuestArguments, options: GuestOptions, result: GuestResult): void {
  if (plan.json === undefined) return;
  const { command, user, product } = options;
  writeFileSync(plan.json, `${JSON.stringify({ kernel: plan.kernel, command, user, product, ...result }, null, 2)}\n`);
}

function writeFailure(plan: GuestArguments, { code, message, remedy }: GuestError): void {
  if (plan.json === undefined) return;
  writeFileSync(plan.json, `${JSON.stringify({ kernel: plan.kernel, error: { code, message, remedy } }, null, 2)}\n`);
}

process.exitCode = await main(process.argv.slice(2));

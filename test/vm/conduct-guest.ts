import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { GuestError } from './guest-error.ts';
import type { GuestOptions, GuestResult } from './guest-plan.ts';
import type { GuestPorts } from './ports.ts';
import { findProgram } from './programs.ts';
import { type Machine, qemuParameters } from './qemu-command.ts';
import { receiveFiles } from './receive-files.ts';

/** A guest that has not started its command by then never will: the helper alone is given four minutes on a busy machine. */
const BOOT_LIMIT_MS = { fast: 360_000, desktop: 800_000 };

/** After the guest's end: nothing more comes once nothing has come for this long … */
const QUIET_MS = 150;
/** … and what was announced is there, or this has passed. */
const ARRIVAL_LIMIT_MS = 20_000;
const LOOK_MS = 25;

/** What the guest has told over its control port. */
export type Story = {
  release: string;
  startedAt: number | null;
  exitCode: number | null;
  failure: string | null;
  /** Bytes of the archive that the guest hands back. */
  fileBytes: number;
};

/** Starts QEMU, passes the streams on and ends it. @throws GuestError */
export async function conductGuest(
  options: GuestOptions,
  ports: GuestPorts,
  qemu: string,
  machine: Machine,
): Promise<Omit<GuestResult, 'bootAttempts'>> {
  const begin = performance.now();
  // Ends with this process, however that ends.
  const command = [findProgram('setpriv'), '--pdeathsig', 'KILL', qemu, ...qemuParameters(machine)];
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  const story: Story = { release: '', startedAt: null, exitCode: null, failure: null, fileBytes: 0 };
  let messages = '';
  let stopped: GuestError | null = null;
  child.stderr.on('data', (chunk: Buffer) => {
    messages += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = (error: GuestError) => {
    stopped ??= error;
    child.kill('SIGKILL');
  };
  const bootTimer = setTimeout(
    () => {
      if (story.startedAt === null) stop(bootTimeout(options, machine));
    },
    Math.min(BOOT_LIMIT_MS[options.profile ?? 'fast'], options.timeoutSeconds * 1000),
  );
  const timer = setTimeout(() => stop(timeout(options)), options.timeoutSeconds * 1000);
  const releaseSignals = onSignals((signal) => stop(interrupted(signal)));
  try {
    const started = Promise.withResolvers<void>();
    const streams = passStreams(options, ports, started.promise);
    void ports.connected('control').then((socket) => {
      readControl(socket, story, started.resolve, () => void streams.arrived(story).then(() => child.kill('SIGKILL')));
      options.terminal?.onResize((rows, columns) => void socket.write(`${rows} ${columns}\n`));
    });
    await ended;
    await streams.drained();
  } finally {
    clearTimeout(bootTimer);
    clearTimeout(timer);
    releaseSignals();
    child.kill('SIGKILL');
  }
  if (story.exitCode === null) throw stopped ?? explainEnd(options, story, messages);
  rmSync(options.console, { force: true });
  const now = performance.now();
  return {
    exitCode: story.exitCode,
    seconds: (now - begin) / 1000,
    bootSeconds: ((story.startedAt ?? now) - begin) / 1000,
    accelerator: machine.accelerator,
    kernelRelease: story.release,
  };
}

function onSignals(act: (signal: NodeJS.Signals) => void): () => void {
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, act);
  return () => {
    for (const signal of signals) process.off(signal, act);
  };
}

/** Joins the guest's streams with the caller's; `drained` waits until all that the guest sent has been passed on. */
function passStreams(
  options: GuestOptions,
  ports: GuestPorts,
  started: Promise<void>,
): { drained: () => Promise<void>; arrived: (story: Story) => Promise<void> } {
  let lastData = performance.now();
  let fileBytes = 0;
  const ends: Promise<unknown>[] = [];
  const opened: Socket[] = [];
  const attach = (port: Parameters<GuestPorts['connected']>[0], use: (socket: Socket) => void) => {
    void ports.connected(port).then((socket) => {
      opened.push(socket);
      socket.on('error', () => socket.destroy());
      use(socket);
      socket.on('data', (chunk: Buffer) => {
        lastData = performance.now();
        if (port === 'files') fileBytes += chunk.length;
      });
    });
  };
  for (const stream of ['stdout', 'stderr'] as const) {
    attach(stream, (socket) => {
      socket.on('data', (chunk: Buffer) => options.onOutput?.(stream, chunk));
      ends.push(finished(socket, { writable: false }));
    });
  }
  attach('files', (socket) => ends.push(receiveFiles(socket, options.outputDirectory)));
  // Not before the command is there: a boot that must be begun again would have swallowed it.
  attach('stdin', (socket) => void started.then(() => options.input?.pipe(socket)));
  const { terminal } = options;
  if (terminal !== undefined) {
    attach('terminal', (socket) => {
      void started.then(() => terminal.input.pipe(socket));
      socket.pipe(terminal.output, { end: false });
      ends.push(finished(socket, { writable: false }));
    });
  }
  const drained = async () => {
    await Promise.allSettled(ends);
    options.terminal?.input.unpipe();
    options.input?.unpipe();
    for (const socket of opened) socket.destroy();
  };
  /** The guest's last bytes may still be under way when it says that it has ended. */
  const arrived = async (story: Story) => {
    const limit = performance.now() + ARRIVAL_LIMIT_MS;
    const isQuiet = () => performance.now() - lastData > QUIET_MS && fileBytes >= story.fileBytes;
    while (performance.now() < limit && !isQuiet()) await delay(LOOK_MS);
  };
  return { drained, arrived };
}

function readControl(socket: Socket, story: Story, started: () => void, end: () => void): void {
  socket.on('error', () => socket.destroy());
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      hear(line, story);
      if (story.startedAt !== null) started();
      if (story.exitCode !== null || story.failure !== null) end();
    }
  });
}

function hear(line: string, story: Story): void {
  const [word, ...more] = line.split(' ');
  const text = more.join(' ');
  if (word === 'kernel') story.release = text;
  if (word === 'started') story.startedAt = performance.now();
  if (word === 'files') story.fileBytes = Number(text);
  if (word === 'exit') story.exitCode = Number(text);
  if (word === 'fail') story.failure = text;
}

/**
 * Linux patches its own code under a breakpoint; seen once with two emulated processors on a busy machine, one of them met
 * the breakpoint after it had been taken away. A real processor cannot.
 */
const STALE_BREAKPOINT = /Oops: int3:/;
/** Seen once on a busy machine: the first processor lost its stack before there was a process. Nothing of ours is there so early. */
const LOST_AT_THE_START = /PANIC: double fault[\s\S]*\bstart_kernel\+/;

export function explainEnd(options: Pick<GuestOptions, 'console'>, story: Story, messages: string): GuestError {
  const log = existsSync(options.console) ? readFileSync(options.console, 'utf8') : '';
  const look = `Read the guest's console: ${options.console}`;
  const panic = /Kernel panic[^\n\r]*/.exec(log)?.[0];
  if (
    panic !== undefined &&
    story.startedAt === null &&
    [STALE_BREAKPOINT, LOST_AT_THE_START].some((one) => one.test(log))
  ) {
    return new GuestError('emulation-race', `The emulated processors tripped while booting: ${panic}.`, look);
  }
  if (panic !== undefined) return new GuestError('guest-panic', `The guest's kernel stopped: ${panic}.`, look);
  if (story.failure !== null)
    return new GuestError('guest-failed', `The guest could not be set up: ${story.failure}.`, look);
  if (messages.trim() !== '') return new GuestError('qemu-failed', `QEMU ended: ${messages.trim()}.`, look);
  return new GuestError('guest-ended', 'The guest ended before its command did.', look);
}

function bootTimeout(options: GuestOptions, machine: Machine): GuestError {
  return new GuestError(
    'boot-timeout',
    `The guest (${options.kernel}, ${machine.accelerator}) did not start its command in time.`,
    `Read the guest's console: ${options.console}; another program may keep this machine busy.`,
  );
}

function timeout(options: GuestOptions): GuestError {
  return new GuestError(
    'timeout',
    `The guest was ended after ${options.timeoutSeconds} s: '${options.command.join(' ')}' was still running.`,
    `Give it more time, or read the guest's console: ${options.console}`,
  );
}

function interrupted(signal: NodeJS.Signals): GuestError {
  return new GuestError('interrupted', `The guest was ended by ${signal}.`, 'Run it again.');
}

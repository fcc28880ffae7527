/** Runs in the guest as root: what a hold by SIGSTOP and one by seccomp user notification do to a program, side by side. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPROVED, Arena, GREY, OPEN, sleep } from '../kernel/hold/arena.ts';

const [programs = '', object = ''] = process.argv.slice(2);
const ROUNDS = 7;
const OPENS = 4000;
const HOLD_MS = 400;
const USER = 1000;
const JOB = ['/usr/bin/python3', '-I', '-c', 'import asyncio, email, http.client, json, logging, sqlite3, unittest'];
const GREY_FILE = join(GREY, 'file');
const FREE_FILE = join(OPEN, 'file');

/** Where the policy lets everything run. */
const mechanism = join(OPEN, 'mechanism');
const notify = (options: string): string[] => [join(OPEN, 'notify'), options, GREY];

interface Ended {
  readonly output: string;
  readonly status: number | null;
  readonly ms: number;
}

mkdirSync('/mnt/memory', { recursive: true });
const arena = await Arena.build(object, join(programs, 'performer'));
arena.begin();
for (const file of [GREY_FILE, FREE_FILE]) writeFileSync(file, 'content');
for (const name of ['mechanism', 'notify']) {
  copyFileSync(join(programs, name), join(OPEN, name));
  chmodSync(join(OPEN, name), 0o755);
}
for (const place of [GREY, OPEN, GREY_FILE, FREE_FILE]) chownSync(place, USER, USER);
arena.answerAll(APPROVED, HOLD_MS);

/** Runs a command that begins when a byte comes in, guarded (with a label) or not. */
async function run(command: readonly string[], guarded: boolean): Promise<Ended> {
  console.error(guarded ? 'guarded:' : 'unguarded:', command.join(' ').slice(0, 110));
  const [program = '', ...words] = command;
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], cwd: OPEN });
  if (guarded) arena.label(child.pid ?? 0);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  child.stdin.on('error', () => {});
  const begin = performance.now();
  child.stdin.end('g\n');
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output: output.trim(), status, ms: performance.now() - begin };
}

const gated = (command: readonly string[]): string[] => ['/bin/sh', '-c', 'read go && exec "$0" "$@"', ...command];
const asUser = (command: readonly string[]): string[] => [
  ...['/usr/bin/setpriv', '--reuid', String(USER), '--regid', String(USER), '--clear-groups'],
  ...command,
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** The variants in turn, round after round; each as a ratio to the first of its own round. */
async function compare(
  variants: Readonly<Record<string, () => Promise<number>>>,
): Promise<
  Record<string, { readonly median: number; readonly ratio: number; readonly low: number; readonly high: number }>
> {
  const values: Record<string, number[]> = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, measure] of Object.entries(variants)) values[name]?.push(await measure());
  const base = Object.values(values)[0] ?? [];
  return Object.fromEntries(
    Object.entries(values).map(([name, own]) => {
      const ratios = own.map((value, round) => value / (base[round] ?? Number.NaN));
      return [
        name,
        { median: median(own), ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) },
      ];
    }),
  );
}

/** What a command that failed took says nothing. */
async function succeeded(command: readonly string[], guarded: boolean): Promise<Ended> {
  const ended = await run(command, guarded);
  if (ended.status !== 0) throw new Error(`${command.join(' ')}: status ${ended.status}: ${ended.output}`);
  return ended;
}

const nanoseconds = async (command: readonly string[], guarded: boolean): Promise<number> =>
  Number((await succeeded(command, guarded)).output);
const duration = async (command: readonly string[], guarded: boolean): Promise<number> =>
  (await succeeded(gated(command), guarded)).ms;

const opens = [mechanism, 'opens', FREE_FILE, String(OPENS)];
const perOpen = await compare({
  unguarded: () => nanoseconds(opens, false),
  'label, SIGSTOP when asked': () => nanoseconds(opens, true),
  'label and notification of each open': () => nanoseconds([...notify('-'), ...opens], true),
});
const wholeJob = await compare({
  unguarded: () => duration(JOB, false),
  'label, SIGSTOP when asked': () => duration(JOB, true),
  'label and notification of each open': () => duration([...notify('-'), ...JOB], true),
});
const siblings = {
  SIGSTOP: JSON.parse((await run([mechanism, 'siblings', GREY_FILE], true)).output),
  notification: JSON.parse((await run([...notify('-'), mechanism, 'siblings', GREY_FILE], false)).output),
};

const said = ({ status, output }: Ended): string => `status ${status}${output ? `: ${output.split('\n').at(-1)}` : ''}`;
const namespaces = ['/usr/bin/unshare', '--user', '--map-root-user', '--pid', '--fork', '/bin/cat', GREY_FILE];
const bubble = ['/usr/bin/bwrap', '--dev-bind', '/', '/', '--unshare-pid', '--die-with-parent', '/bin/cat', GREY_FILE];
const nested = {
  'no hold': said(await run(gated(asUser(bubble)), false)),
  SIGSTOP: said(await run(gated(asUser(bubble)), true)),
  'SIGSTOP, namespaces without a new root': said(await run(gated(asUser(namespaces)), true)),
  'notification, no_new_privs': said(await run(gated(asUser([...notify('p'), ...bubble])), false)),
  'notification, namespaces without a new root': said(await run(gated(asUser([...notify('p'), ...namespaces])), false)),
  'notification within notification': said(
    await run(gated(asUser([...notify('p'), ...notify('p'), '/bin/cat', GREY_FILE])), false),
  ),
};
writeFileSync('/etc/sudoers', 'root ALL=(ALL) ALL\n#1000 ALL=(ALL) NOPASSWD: ALL\n', { mode: 0o440 });
const elevate = ['/usr/bin/sudo', '-n', '/bin/cat', GREY_FILE];
const sudo = {
  'no hold': said(await run(gated(asUser(elevate)), false)),
  SIGSTOP: said(await run(gated(asUser(elevate)), true)),
  'notification, no_new_privs': said(await run(gated(asUser([...notify('p'), ...elevate])), false)),
  'notification, installed by root': said(await run(gated([...notify('-'), ...asUser(elevate)]), false)),
};

/** The held open, then one that nobody need be asked about. */
const two = ['/bin/sh', '-c', `cat ${GREY_FILE}; cat ${FREE_FILE}; echo`];
const death: Record<string, string> = {
  notification: said(await run(gated([...notify('d'), ...two]), false)),
};
arena.answer = () => arena.stopBeating();
const stopped = run(gated(two), true);
await arena.nextQuestion(arena.asked.length);
await sleep(3500);
for (const call of arena.held.pending()) arena.held.resume(call);
death.SIGSTOP = said(await stopped);
arena.close();
const kernel = spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim();
console.log(JSON.stringify({ kernel, perOpen, wholeJob, siblings, nested, sudo, death }, null, 1));
process.exit(0);

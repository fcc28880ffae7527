/**
 * Witnesses on the kernel side by itself, without the helper: root in a session tries one thing where its policy says no, and the
 * suites of limits and labels say what is counted.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Policy } from '../../../core/policy/rule.ts';
import { policyOf } from '../../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../../core/policy/vocabulary.ts';
import type { KernelSource } from '../../../helper/audit/kernel-event.ts';
import { open } from '../../../helper/kernel/event-source.ts';
import { Guard } from '../../../helper/kernel/guard.ts';
import { encodeU32, encodeU64 } from '../../../helper/kernel/layout.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import { takeDown } from '../../../helper/kernel/put-in-force.ts';
import { families } from '../../kernel/families.ts';
import { limitBytes } from '../../kernel/limit-bytes.ts';
import { limitProcesses } from '../../kernel/limit-processes.ts';
import { localSockets } from '../../kernel/local-sockets.ts';
import { killedWaiter } from '../../kernel/names/killed-waiter.ts';
import { Performer } from '../../kernel/performer.ts';
import { Arena as SkillArena } from '../../kernel/pins/arena.ts';
import { TestSession } from '../../kernel/session.ts';
import type { Tally } from '../../kernel/tally.ts';
import { PROGRAMS } from '../compile.ts';
import { checksOutcome } from './checks.ts';
import { closeOwnLinks } from './links.ts';
import { type Arena, attackOutcome, type Outcome } from './witness.ts';

const PINS = '/sys/fs/bpf/ringfence-mutants';
const OPEN = '/home/mutants/open';
const CLOSED = '/home/mutants/closed';
const READABLE = '/home/mutants/readable';
const SHARED = '/home/mutants/shared-mount';
const PORT = 7500;
/** Newer kernels refuse it by themselves where this is not set. */
const TYPING = '/proc/sys/dev/tty/legacy_tiocsti';
/** SIGURG, as /proc/PID/status counts it. */
const URGENT = 1n << 22n;

interface Deed {
  readonly operation: string;
  readonly path: string;
  readonly other?: string;
}

/** Each where nothing is declared, but for what is mapped: that may be read. */
const DEEDS: Readonly<Record<string, Deed>> = {
  'open a file': { operation: 'read', path: `${CLOSED}/file` },
  'make a file without opening it': { operation: 'mknod-file', path: `${CLOSED}/new` },
  'make a folder': { operation: 'mkdir', path: `${CLOSED}/new` },
  'make a fifo': { operation: 'mknod', path: `${CLOSED}/new` },
  'make a symbolic link': { operation: 'symlink', path: `${CLOSED}/new` },
  'remove a file': { operation: 'unlink', path: `${CLOSED}/file` },
  'remove a folder': { operation: 'rmdir', path: `${CLOSED}/empty` },
  'give a file a second name': { operation: 'link', path: `${CLOSED}/file`, other: `${OPEN}/linked` },
  'move a file': { operation: 'rename', path: `${CLOSED}/file`, other: `${OPEN}/moved` },
  'truncate a file': { operation: 'truncate', path: `${CLOSED}/file` },
  'change a mode': { operation: 'chmod', path: `${CLOSED}/file` },
  'change an owner': { operation: 'chown', path: `${CLOSED}/file` },
  'execute a program': { operation: 'exec', path: `${CLOSED}/program` },
  'map a file to execute it': { operation: 'map', path: `${READABLE}/library` },
  'make a mapping executable': { operation: 'protect', path: `${READABLE}/library` },
  'connect to a port': { operation: 'connect', path: '127.0.0.1', other: String(PORT) },
  'bind to a port': { operation: 'bind-stream', path: '127.0.0.1', other: String(PORT + 1) },
  'listen at a port of the kernel’s choice': { operation: 'listen-unbound', path: '4' },
};

/** On the guard and on the terminal, by tamper.c. */
const TAMPERING: Readonly<Record<string, string>> = {
  'signal the guard': 'signal',
  'limit the guard': 'prlimit',
  'schedule the guard': 'scheduler',
  'make the guard wait for others': 'nice',
  'make the guard wait for disks': 'io-priority',
  'signal the guard by a file': 'signal-by-file',
  'call bpf': 'bpf',
  'unmount what the host has mounted': 'umount',
  'type into a terminal': 'type',
  'type into a terminal by 32 bits': 'type-by-32-bits',
  'make a raw socket': 'raw-socket',
};

/** What ends the trust in a bound skill, each by root outside of its session. The attack: that the session goes on with what was changed. */
const SKILL_CHANGES: Readonly<Record<string, { readonly by: 'changer' | 'tamper'; readonly deed: string }>> = {
  'change the mode of a skill’s file': { by: 'changer', deed: 'mode' },
  'give a skill’s file an access list': { by: 'changer', deed: 'list' },
  'give a skill’s file an attribute': { by: 'tamper', deed: 'attribute' },
};

/** How often it is tried, and how long the kernel takes to let go of one. */
const REUSE_ROUNDS = 6;
const FREED_WITHIN_MS = 100;
const REUSED = 'a filesystem in the place of one that is gone';

export class KernelArena implements Arena {
  readonly name = 'kernel side';
  readonly pins = PINS;
  readonly witnesses: readonly string[];
  readonly #guard: Guard;
  readonly #source: KernelSource;
  readonly #skills: SkillArena;
  readonly #server: Server;
  readonly #programs: string;
  readonly #suites: Readonly<Record<string, (tally: Tally) => Promise<void>>>;

  private constructor(guard: Guard, source: KernelSource, server: Server, files: { object: string; programs: string }) {
    const { object, programs } = files;
    this.#guard = guard;
    this.#source = source;
    this.#server = server;
    this.#programs = programs;
    this.#skills = new SkillArena(guard, source, programs);
    const setup = {
      guard,
      object,
      source,
      programs,
      performer: join(programs, 'performer'),
      program: join(programs, 'nothing'),
    };
    this.#suites = {
      'labels pass to children and end with them': (tally) => families(guard, programs, tally),
      'bytes are counted': (tally) => limitBytes({ ...setup, tally }),
      'processes are counted': (tally) => limitProcesses({ ...setup, tally }),
      'sockets of its own and of others': (tally) => localSockets({ ...setup, tally }),
      'of a call that waits and is killed nothing is left': (tally) => killedWaiter(guard, programs, tally),
    };
    this.witnesses = [DEEDS, TAMPERING, SKILL_CHANGES, { [REUSED]: null }, this.#suites].flatMap(Object.keys);
  }

  /** Loads the programs. `programs`: where the compiled ones lie. */
  static async begin(objectFile: string, programs: string): Promise<KernelArena> {
    for (const folder of [OPEN, CLOSED, READABLE, SHARED]) mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', SHARED]);
    if (existsSync(TYPING)) writeFileSync(TYPING, '1');
    const guard = new Guard({ objectFile, pinDirectory: PINS });
    closeOwnLinks();
    guard.protect([]);
    const source = await open({ pinDirectory: PINS });
    const server = createServer((socket) => socket.on('error', () => {}).end());
    await once(server.listen(PORT, '127.0.0.1'), 'listening');
    return new KernelArena(guard, source, server, { object: objectFile, programs });
  }

  async run(names: readonly string[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const name of names) outcomes.push(await this.#one(name));
    return outcomes;
  }

  async close(): Promise<void> {
    await this.#skills.close();
    this.#server.close();
    this.#guard.close();
    this.#source.close();
    execFileSync('umount', [SHARED]);
    takeDown(PINS);
  }

  #one(name: string): Promise<Outcome> {
    const suite = this.#suites[name];
    if (suite !== undefined) return checksOutcome(name, suite);
    const deed = DEEDS[name];
    if (deed !== undefined) return this.#deed(name, deed);
    const tampering = TAMPERING[name];
    if (tampering !== undefined) return this.#tampering(name, tampering);
    if (name === REUSED) return this.#reusedFilesystem();
    return this.#skillChange(name);
  }

  async #deed(name: string, { operation, path, other }: Deed): Promise<Outcome> {
    rmSync(CLOSED, { recursive: true, force: true });
    rmSync(OPEN, { recursive: true, force: true });
    for (const folder of [OPEN, `${CLOSED}/empty`]) mkdirSync(folder, { recursive: true });
    for (const file of [`${CLOSED}/file`, `${READABLE}/library`]) writeFileSync(file, 'content of a file\n');
    copyFileSync(join(this.#programs, 'nothing'), `${CLOSED}/program`);
    return attackOutcome(name, await this.#inSession(join(this.#programs, 'performer'), operation, path, other));
  }

  async #inSession(program: string, operation: string, path: string, other = ''): Promise<number | null> {
    const session = new TestSession(this.#guard, POLICY);
    const performer = new Performer(program);
    session.enter(performer.pid);
    const errno = await performer.perform(operation, path, other);
    await performer.end();
    session.end();
    return errno;
  }

  async #tampering(name: string, deed: string): Promise<Outcome> {
    const tamper = join(PROGRAMS, 'tamper');
    const victim = spawn(tamper, ['victim'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(victim.stdout, 'data');
    const guardians = new PinnedMap(PINS, 'guardians');
    guardians.set(encodeU32(victim.pid ?? 0), encodeU64(1n));
    const subject = deed === 'umount' ? SHARED : String(victim.pid);
    const errno = await this.#inSession(tamper, deed, subject);
    const arrived = deed !== 'signal-by-file' || isUrgent(victim);
    guardians.delete(encodeU32(victim.pid ?? 0));
    victim.stdin.end();
    if (deed === 'umount' && errno === 0) execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', SHARED]);
    return attackOutcome(name, errno === 0 && !arrived ? 1 : errno);
  }

  async #skillChange(name: string): Promise<Outcome> {
    const change = SKILL_CHANGES[name];
    if (change === undefined) throw new Error(`there is no witness ${name}`);
    mkdirSync('/home/mutants/skills', { recursive: true });
    const folder = this.#skills.makeSkill('/home/mutants/skills');
    const session = this.#skills.start(folder);
    const changer = new Performer(join(change.by === 'tamper' ? PROGRAMS : this.#programs, change.by));
    const done = await changer.perform(change.deed, join(folder, 'SKILL.md'));
    await changer.end();
    const errno = await session.agent.perform('read', '/home/pins-data/granted');
    await this.#skills.end(session);
    if (done !== 0) return { name, state: 'held', detail: `the change itself failed: ${done}` };
    return attackOutcome(name, errno);
  }

  /** The helper knows a filesystem at a granted place; it goes, and another one may take over its number and its place in memory. */
  async #reusedFilesystem(): Promise<Outcome> {
    let errno: number | null = null;
    for (let round = 0; round < REUSE_ROUNDS && errno !== 0; round++) errno = await this.#reuseOnce();
    return attackOutcome(REUSED, errno);
  }

  async #reuseOnce(): Promise<number | null> {
    const [granted, closed] = [`${OPEN}/granted`, `${CLOSED}/mounted`];
    for (const place of [granted, closed]) mkdirSync(place, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', granted]);
    this.#guard.protect([]);
    const session = new TestSession(this.#guard, POLICY);
    const performer = new Performer(join(this.#programs, 'performer'));
    session.enter(performer.pid);
    execFileSync('umount', [granted]);
    await new Promise((resolve) => setTimeout(resolve, FREED_WITHIN_MS));
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', closed]);
    writeFileSync(`${closed}/secret`, 'secret');
    const errno = await performer.perform('read', `${closed}/secret`);
    await performer.end();
    session.end();
    execFileSync('umount', [closed]);
    return errno;
  }
}

const POLICY: Policy = policyOf([
  { effect: 'allow', operations: [...PATH_OPERATIONS], pattern: `${OPEN}/**` },
  { effect: 'allow', operations: ['read'], pattern: `${READABLE}/**` },
  { effect: 'block', operations: ['exec'], pattern: `${READABLE}/**` },
  // terminals, to type into
  { effect: 'allow', operations: [...PATH_OPERATIONS], pattern: '/dev/{ptmx,pts/**}' },
]);

function isUrgent({ pid }: ChildProcess): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const pending = ['SigPnd', 'ShdPnd'].map((field) =>
    BigInt(`0x${new RegExp(`^${field}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'}`),
  );
  return pending.some((set) => (set & URGENT) !== 0n);
}

/** Every operation that can be asked about, approved and denied: what is held has not happened, and happens once or never. */
import { chownSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tally } from '../tally.ts';
import { APPROVED, type Arena, DENIED, GREY, GREY_MEMORY, RUNS, sleep, stateOf, taskState } from './arena.ts';
import { Listeners } from './listeners.ts';

const EPERM = 1;
const SEEN_AFTER_MS = 60;
const COMPANIONS = 15;
const DROP_CACHES = '/proc/sys/vm/drop_caches';

interface Row {
  readonly name: string;
  readonly operation: string;
  /** Below the place, unless absolute or a number. */
  readonly path: string;
  readonly other?: string;
  /** A call that goes through leaves no trace in files or sockets. */
  readonly traceless?: boolean;
  readonly prepare?: (place: string) => void;
}

/** `file` holds "content", `folder` is empty, `full/inner` is a file in a folder. */
const ROWS: readonly Row[] = [
  { name: 'open for reading', operation: 'read', path: 'file', traceless: true },
  { name: 'open for writing', operation: 'write', path: 'file', traceless: true },
  { name: 'open for both', operation: 'read-write', path: 'file', traceless: true },
  { name: 'open a folder', operation: 'read', path: 'folder', traceless: true },
  { name: 'open through a symbolic link', operation: 'read', path: 'pointer', traceless: true },
  { name: 'open, O_TRUNC', operation: 'truncating-open', path: 'file' },
  { name: 'open, O_CREAT | O_EXCL', operation: 'create', path: 'new' },
  { name: 'open, O_CREAT of what exists', operation: 'create-existing', path: 'file', traceless: true },
  {
    name: 'open, O_CREAT of what exists, not cached',
    operation: 'create-existing',
    path: 'file',
    traceless: true,
    prepare: () => writeFileSync(DROP_CACHES, '2'),
  },
  { name: 'open, O_CREAT', operation: 'create-existing', path: 'new' },
  { name: 'open, O_CREAT | O_TRUNC', operation: 'create-truncating', path: 'new' },
  { name: 'open, O_CREAT | O_TRUNC of what exists', operation: 'create-truncating', path: 'file' },
  { name: 'openat2, O_CREAT | O_EXCL', operation: 'openat2', path: 'new' },
  { name: 'creat', operation: 'creat', path: 'new' },
  { name: 'open, O_TMPFILE', operation: 'nameless', path: 'folder', traceless: true },
  { name: 'mkdir', operation: 'mkdir', path: 'new' },
  { name: 'mknod', operation: 'mknod', path: 'new' },
  { name: 'symlink', operation: 'symlink', path: 'new' },
  { name: 'link', operation: 'link', path: 'file', other: 'new' },
  { name: 'unlink', operation: 'unlink', path: 'file' },
  { name: 'rmdir', operation: 'rmdir', path: 'folder' },
  { name: 'rename', operation: 'rename', path: 'file', other: 'new' },
  { name: 'rename over what exists', operation: 'rename', path: 'file', other: 'full/inner' },
  { name: 'rename, no replace', operation: 'no-replace', path: 'file', other: 'new' },
  { name: 'rename, exchange', operation: 'exchange', path: 'file', other: 'full/inner' },
  { name: 'truncate', operation: 'truncate', path: 'file' },
  { name: 'chmod', operation: 'chmod', path: 'file' },
  { name: 'chown', operation: 'chown', path: 'owned' },
  { name: 'execve', operation: 'exec', path: 'program', traceless: true },
  { name: 'execveat by descriptor', operation: 'execveat', path: 'program', traceless: true },
  { name: 'vfork and execve', operation: 'vfork', path: 'program', traceless: true },
  { name: 'posix_spawn', operation: 'spawn', path: 'program', traceless: true },
  { name: 'mmap, PROT_EXEC', operation: 'map', path: `${RUNS}/program`, traceless: true },
  { name: 'mprotect, PROT_EXEC', operation: 'protect', path: `${RUNS}/program`, traceless: true },
  { name: 'connect, TCP', operation: 'stream', path: '7001' },
  { name: 'connect, TCP, O_NONBLOCK', operation: 'stream-later', path: '7001' },
  { name: 'connect, UDP', operation: 'connect', path: '127.0.0.1', other: '7001', traceless: true },
  { name: 'sendto, UDP', operation: 'send', path: '7001' },
  { name: 'sendmmsg, the second message', operation: 'send', path: '7001', other: '7000' },
  { name: 'bind, TCP', operation: 'bind-stream', path: '127.0.0.1', other: '7003', traceless: true },
  { name: 'bind, UDP', operation: 'bind-datagram', path: '127.0.0.1', other: '7003', traceless: true },
  { name: 'bind and listen', operation: 'listen', path: '127.0.0.1', other: '7003', traceless: true },
  { name: 'listen, unbound', operation: 'listen-unbound', path: '4', traceless: true },
  { name: 'connect, Unix', operation: 'connect-locally', path: 'stream', other: 'served-stream', traceless: true },
  { name: 'connect, Unix datagrams', operation: 'connect-locally', path: 'datagram', other: 'served', traceless: true },
  { name: 'sendto, Unix', operation: 'send-locally', path: 'served', traceless: true },
];

function prepare(place: string, program: string, { prepare: more }: Row): void {
  writeFileSync(join(place, 'file'), 'content', { mode: 0o644 });
  writeFileSync(join(place, 'owned'), '', { mode: 0o644 });
  chownSync(join(place, 'owned'), 1000, 1000);
  mkdirSync(join(place, 'folder'));
  mkdirSync(join(place, 'full'));
  writeFileSync(join(place, 'full/inner'), 'inner');
  symlinkSync('file', join(place, 'pointer'));
  copyFileSync(program, join(place, 'program'));
  copyFileSync(program, join(RUNS, 'program'));
  more?.(place);
}

const KINDS = ['stream', 'datagram'];

const within = (place: string, name: string): string =>
  /^(\/|\d)/.test(name) || name === '' || KINDS.includes(name) ? name : join(place, name);

export interface OperationsSetup {
  readonly arena: Arena;
  readonly program: string;
  readonly tally: Tally;
  readonly places: 'one' | 'all';
}

export async function operations(setup: OperationsSetup): Promise<void> {
  const listeners = await Listeners.open();
  for (const row of ROWS) {
    for (const [companions, places] of [
      [0, setup.places === 'all' ? [GREY, GREY_MEMORY] : [GREY]],
      [COMPANIONS, setup.places === 'all' ? [GREY, GREY_MEMORY] : [GREY_MEMORY]],
    ] as const)
      for (const place of places)
        for (const allow of [true, false]) await holdOnce(setup, row, { listeners, companions, place, allow });
  }
  listeners.close();
}

interface Variant {
  readonly listeners: Listeners;
  readonly companions: number;
  readonly place: string;
  readonly allow: boolean;
}

async function holdOnce({ arena, program, tally }: OperationsSetup, row: Row, variant: Variant): Promise<void> {
  const { listeners, companions, place, allow } = variant;
  const name = `${row.name}, ${allow ? 'approved' : 'denied'}, ${companions + 1} threads, ${place}`;
  arena.begin();
  const { dropped } = arena.guard.side.counters();
  prepare(place, program, row);
  const server = arena.outsider();
  for (const kind of KINDS)
    await server.perform('serve-locally', kind, join(place, kind === 'stream' ? 'served-stream' : 'served'));
  const performer = await arena.performer(companions);
  const state = () => `${stateOf(place)}\n${listeners.seen}`;
  const before = state();
  const during: string[] = [];
  arena.answer = async (question) => {
    await sleep(SEEN_AFTER_MS);
    const [stopped, now] = [taskState(question.pid, question.tid), state()];
    if (stopped !== 'T') during.push(`in state ${stopped}`);
    if (now !== before) during.push('something had happened');
    arena.settle(question, allow ? APPROVED : DENIED);
  };
  const result = await performer.perform(row.operation, within(place, row.path), within(place, row.other ?? ''));
  await listeners.settle();
  const after = state();
  await performer.end();
  await server.end();
  const refusals = arena.decisions().flatMap(({ verdict, reason }) => (verdict === 'allow' ? [] : [reason]));
  tally.check(`${name}: its result`, result === (allow ? 0 : EPERM), `errno ${result}; ${refusals.join(', ')}`);
  tally.check(
    `${name}: held, and nothing had happened`,
    arena.asked.length > 0 && during.length === 0,
    during.join(', '),
  );
  const changed = after !== before;
  if (allow) tally.check(`${name}: it happened`, changed === !row.traceless, after);
  else tally.check(`${name}: it did not happen`, !changed, `${before}\n--\n${after}`);
  const courses = [...arena.courses().values()];
  const said = courses.filter(({ outcomes }) => outcomes.join() !== 'withdrawn');
  const expected = allow ? 'allow approved' : 'block denied';
  tally.check(
    `${name}: one question, one outcome`,
    said.length === 1 && said[0]?.asked === 1 && said[0].outcomes.join() === expected,
    `${JSON.stringify(courses)}, ${arena.guard.side.counters().dropped - dropped} dropped`,
  );
}

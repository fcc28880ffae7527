/** What the rest of the session may see of ssh while that has its right: not its memory, files or environment, and no library in it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from '../approvals/person.ts';
import { asDev, give, HOME, records, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, KEY, PERMISSIONS, REPOSITORY, TRICKS, UNKNOWN_URL, URL } from './remote.ts';

const BIN = `${HOME}/bin`;
const LS = `git ls-remote ${URL}`;
const REFS = /refs\/heads\/main/;
const WAYS = ['getfd', 'readv', 'writev', 'mem', 'environ', 'maps', 'auxv', 'fd', 'ptrace'];
/** The programs of this folder as well. */
const READABLE = { ...PERMISSIONS.filesystem, read: [...PERMISSIONS.filesystem.read, `${import.meta.dirname}/**`] };
/** An emulated machine that others share is slow. */
const PATIENCE_MS = 240_000;
const EPERM = 1;
const EFAULT = 14;

export interface Snooping {
  readonly tally: Tally;
  readonly person: Person;
  readonly programs: string;
}

const isStolen = (folder: string) => existsSync(join(folder, 'stolen'));

export async function snooping({ tally, person, programs }: Snooping): Promise<void> {
  execFileSync('mkdir', ['-p', BIN]);
  execFileSync('cp', [join(programs, 'snoop'), BIN]);
  const source = join(import.meta.dirname, 'preload.c');
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', join(BIN, 'preload.so'), source]);
  give(TRICKS);
  person.answer = () => 'allow-once';
  await preloaded(tally, person);
  await handedOver(tally, person);
  await asked(tally, person);
  await watched(tally, person);
  await dumped(tally, person);
}

/** In git it is loaded and has no right; in ssh it is not loaded. */
async function preloaded(tally: Tally, person: Person): Promise<void> {
  const place = (name: string) => join(TRICKS, name);
  const script = `cd ${TRICKS}; export RINGFENCE_KEY=${KEY} RINGFENCE_STOLEN=${place('stolen')} RINGFENCE_LOADED=${place('loaded')}; LD_PRELOAD=${BIN}/preload.so ${LS}`;
  const loaded = () => (existsSync(place('loaded')) ? readFileSync(place('loaded'), 'utf8').split('\n') : []);
  const clean = () => {
    for (const name of ['stolen', 'loaded']) rmSync(place(name), { force: true });
  };
  clean();
  const control = asDev(['/bin/sh', '-c', script]);
  tally.check(
    'control: preloaded into git and ssh',
    REFS.test(control.stdout) && isStolen(TRICKS) && loaded().includes('git') && loaded().includes('ssh'),
    `${control.stderr} ${loaded()}`,
  );
  clean();
  const from = person.asked.length;
  const said = await agent(script).ended;
  tally.check('preloaded: git works', REFS.test(said.stdout), JSON.stringify(said));
  tally.check('preloaded: into git alone', loaded().includes('git') && !loaded().includes('ssh'), loaded().join());
  tally.check('preloaded: nothing stolen', !isStolen(TRICKS));
  tally.check('preloaded: one question', person.asked.length === from + 1, String(person.asked.length - from));
}

/** Whose user has set `AddKeysToAgent`: ssh gives the key to the ssh-agent that the environment names. */
async function handedOver(tally: Tally, person: Person): Promise<void> {
  const config = `${HOME}/.ssh/config`;
  const before = readFileSync(config);
  const [socket, kept] = [join(TRICKS, 'agent'), join(TRICKS, 'kept')];
  const fake = join(import.meta.dirname, 'fake-agent.py');
  const script = `python3 ${fake} ${socket} ${kept} & n=0; while ! test -e ${socket} && [ $n -lt 200 ]; do n=$((n+1)); sleep 0.1; done; SSH_AUTH_SOCK=${socket} ${LS}; kill $!`;
  const clean = () => {
    for (const path of [socket, kept]) rmSync(path, { force: true });
  };
  writeFileSync(config, 'Host *\n  AddKeysToAgent yes\n');
  clean();
  const control = asDev(['/bin/sh', '-c', script]);
  tally.check('control: the key is handed to an agent', existsSync(kept), control.stderr);
  clean();
  person.answer = () => 'allow-once';
  const said = await agent(script, { filesystem: READABLE }).ended;
  tally.check('handed over: git works', REFS.test(said.stdout), JSON.stringify(said));
  tally.check('handed over: to nobody', !existsSync(kept));
  const refused = records().findLast(({ reason, call }) => reason === 'delegated-process' && call === 'connect');
  tally.check('handed over: on record', refused?.path === socket, JSON.stringify(refused));
  writeFileSync(config, before);
}

/** What ssh starts is not ssh. */
async function asked(tally: Tally, person: Person): Promise<void> {
  const program = join(TRICKS, 'ask');
  writeFileSync(program, `#!/bin/sh\ncp ${KEY} ${TRICKS}/stolen\n: > ${TRICKS}/came\necho yes\n`, { mode: 0o755 });
  const script = `SSH_ASKPASS=${program} SSH_ASKPASS_REQUIRE=force git ls-remote ${UNKNOWN_URL}`;
  const clean = () => {
    for (const name of ['stolen', 'came']) rmSync(join(TRICKS, name), { force: true });
  };
  const known = readFileSync(`${HOME}/.ssh/known_hosts`);
  clean();
  asDev(['/bin/sh', '-c', script]);
  tally.check('control: ssh asks by a program of the agent’s', isStolen(TRICKS));
  writeFileSync(`${HOME}/.ssh/known_hosts`, known);
  clean();
  person.answer = () => 'allow-session';
  const said = await agent(script).ended;
  tally.check('asked: the program came to run', existsSync(join(TRICKS, 'came')), said.stderr);
  tally.check('asked: and has no right', !isStolen(TRICKS));
  writeFileSync(`${HOME}/.ssh/known_hosts`, known);
}

const answersOf = (text: string): Map<string, number> =>
  new Map([...text.matchAll(/(\w+)=(\d+)/g)].map(([, way = '', errno]) => [way, Number(errno)]));

/** While its question waits, and so while it is there to be looked into. */
async function watched(tally: Tally, person: Person): Promise<void> {
  const open = answersOf(await snoopIn(`sleep 20 & ${BIN}/snoop sleep 60; kill $!`));
  tally.check(
    'control: another process of the session is open',
    WAYS.every((way) => open.get(way) === 0 || open.get(way) === EFAULT),
    JSON.stringify([...open]),
  );
  person.answer = () => null;
  const [held, before] = [person.heldSoFar, records().length];
  const running = snoopIn(`${LS} & ${BIN}/snoop ssh 240; wait`);
  const question = await person.nextHeld(held, PATIENCE_MS);
  tally.check('ssh waits', question !== null);
  const seen = await running;
  const closed = answersOf(seen);
  tally.check(
    'ssh is not',
    WAYS.every((way) => closed.get(way) === EPERM || closed.get(way) === 13),
    seen,
  );
  const isRecorded = () =>
    records()
      .slice(before)
      .some(({ reason }) => reason === 'delegated-process');
  tally.check('on record', await until(isRecorded, PATIENCE_MS));
  if (question) await person.decide(question, 'deny');
}

async function snoopIn(script: string): Promise<string> {
  const { stdout, stderr } = await agent(script).ended;
  return stdout + stderr;
}

/** A dump of memory is a file that the session can read. */
async function dumped(tally: Tally, person: Person): Promise<void> {
  writeFileSync('/proc/sys/kernel/core_pattern', 'core');
  writeFileSync('/proc/sys/kernel/core_uses_pid', '0');
  const clean = () => {
    for (const name of cores()) rmSync(join(REPOSITORY, name));
  };
  const cores = () => readdirSync(REPOSITORY).filter((name) => name.startsWith('core'));
  const script = (program: string, command: string) =>
    `cd ${REPOSITORY}; ulimit -c unlimited; ${command} & sleep 1; n=0; while ! pkill -ABRT -x ${program} && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.3; done; wait`;
  clean();
  await agent(script('sleep', 'sleep 60')).ended;
  tally.check('control: a core of another process', cores().length === 1, cores().join());
  clean();
  person.answer = () => 'allow-session';
  const said = await agent(script('ssh', LS)).ended;
  tally.check(
    'dumped: ssh has ended by the signal',
    /Could not read from remote repository|hung up/.test(said.stderr),
    said.stderr,
  );
  tally.check('dumped: no core', cores().length === 0, cores().join());
  const refused = records().findLast(({ reason, call }) => reason === 'delegated-process' && call === 'create');
  tally.check('dumped: on record', String(refused?.path).startsWith(`${REPOSITORY}/core`), JSON.stringify(refused));
}

/**
 * An agent that may run everything, sudo included, tries to have its own question answered. Each attack has a control: the very
 * same deed by the same user outside of a session, where it succeeds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asDev,
  give,
  type Helper,
  HOME,
  lastLineOf,
  records,
  type Said,
  skill,
  sleep,
  startAsDev,
  until,
} from '../installed.ts';
import type { Tally } from '../tally.ts';
import { asRoot, freshDocuments, GREY, NODE, placeProgram, RINGFENCE, WORK } from './grey.ts';
import { Person } from './person.ts';

const DOCUMENT = join(GREY, 'document');
const BPF_FILES = '/sys/fs/bpf';
const PINS = '/sys/fs/bpf/ringfence';
const PLAIN_PINS = '/sys/fs/bpf/plain';
const WATCHDOG = 'ringfence-watchdog';
const SIGKILL = 9;
const SIGCONT = 18;
const SIGSTOP = 19;
const NO_PROBLEM_MS = 60_000;
const SEEN_AGAIN_MS = 6000;
const ON_PROCESSES = ['trace', 'limit', 'nice', 'memory', 'descriptor', 'enter', 'affinity', 'idle'];
/** To read, change and remove what a map holds, to open a pin, and programs, maps and links by their numbers; to let go of a link. */
const BPF_COMMANDS = [1, 2, 3, 7, 13, 14, 30, 34];
/** More than the kernel puts up with. */
const WAKES = 40;
/** The agent's own sign that it has tried all it could. */
const MARK = join(WORK, 'tried');
const TRIED = `touch ${MARK}`;

/** As much as a manifest can give. Locations stay closed, whatever it says. */
const EVERYTHING = {
  broad: true,
  exec: ['/usr/**', '/bin/**', '/opt/ringfence/**', '~/bin/**'],
  filesystem: { read: ['/**'], write: ['/run/sudo/**', '/var/**', '/tmp/**', '/dev/**', '/sys/**', '~/work/**'] },
  require_approval: { filesystem: { read: ['~/grey/**'], write: ['~/grey/**'] } },
};

export interface AttackersSetup {
  readonly programs: string;
  readonly helper: Helper;
  readonly tally: Tally;
  /** Of several ways to the same attack, the two that differ most. */
  readonly quick: boolean;
}

interface World extends AttackersSetup {
  readonly attacker: string;
  readonly manifest: string;
  readonly person: Person;
}

export async function attackers(setup: AttackersSetup): Promise<void> {
  freshDocuments();
  writeFileSync('/etc/sudoers', 'root ALL=(ALL) ALL\n#1000 ALL=(ALL) NOPASSWD: ALL\n', { mode: 0o440 });
  give(`${HOME}/.ssh/id_rsa`, 'secret-key');
  const attacker = placeProgram(setup.programs, 'attacker');
  const manifest = skill('attacker', EVERYTHING);
  const person = await Person.arrive();
  const world = { ...setup, attacker, manifest, person };
  const sudoInside = await inside(world, 'sudo', '-n', 'id', '-u').ended;
  world.tally.check(
    'an agent with sudo is root inside its session',
    sudoInside.stdout.trim() === '0',
    describe(sudoInside),
  );
  await belowSudo(world);
  await answering(world);
  await signals(world);
  await belongings(world);
  await earlyWakes(world);
  await terminalInput(world);
  person.leave();
  await tables(world);
}

const describe = ({ status, stdout, stderr }: Said): string => `status ${status} ${stdout} ${stderr}`;

function inside({ manifest }: World, ...command: string[]): ReturnType<typeof startAsDev> {
  return startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', '/usr/bin/env', ...command]);
}

const tried = (): Promise<boolean> => until(() => existsSync(MARK), NO_PROBLEM_MS);

/** Starts a session that asks for the document, and gives the number of its question. */
async function askingFamily(world: World, script: string): Promise<{ ended: Promise<Said>; id: number; pid: number }> {
  const { person } = world;
  rmSync(MARK, { force: true });
  const held = person.heldSoFar;
  const { ended } = inside(world, 'sh', '-c', `${script} & cat ${DOCUMENT}; wait`);
  const question = await person.nextHeld(held);
  if (!question) throw new Error(`there is no question: ${describe(await ended)}`);
  return { ended, id: question.id, pid: question.chain[0]?.pid ?? 0 };
}

/** sudo and su stop themselves along with the command they wait for: they go on with it. */
async function belowSudo(world: World): Promise<void> {
  const { tally, person } = world;
  for (const through of [
    ['sudo', '-n'],
    ['sudo', '-n', 'su', 'root', '-c'],
  ]) {
    const name = through.includes('su') ? 'su below sudo' : 'sudo';
    const held = person.heldSoFar;
    const command = through.includes('su') ? [`cat ${DOCUMENT}`] : ['cat', DOCUMENT];
    const { child, ended } = inside(world, ...through, ...command);
    const question = await person.nextHeld(held);
    await sleep(1500);
    if (question) await person.decide(question, 'allow-once');
    const timer = setTimeout(() => child.kill('SIGKILL'), NO_PROBLEM_MS);
    const said = await ended;
    clearTimeout(timer);
    tally.check(
      `${name}: held below it, allowed, it goes on`,
      said.status === 0 && said.stdout.includes('grey-content'),
      describe(said),
    );
  }
}

/** 1 and 2: at the socket, and by the command line; as the user and as root. */
async function answering(world: World): Promise<void> {
  const { tally, person } = world;
  const client = `/opt/ringfence/cli/main.js`;
  const ways = [
    ['the command line under sudo', `sudo -n ${RINGFENCE}`],
    ['the socket', `${NODE} ${client}`],
    ['the command line', `${RINGFENCE}`],
    ['the socket under sudo', `sudo -n ${NODE} ${client}`],
  ] as const;
  for (const [name, how] of world.quick ? ways.slice(0, 2) : ways) {
    const next = person.asked.length;
    const guess = (person.asked.at(-1)?.id ?? 0) + 1;
    const script = `(sleep 3; for id in ${guess} ${guess + 1}; do ${how} approvals allow $id; done; ${TRIED})`;
    const { ended, id } = await askingFamily(world, script);
    await tried();
    // the agent has had its time; a person ends it
    if (!person.ended.some((end) => end.id === id)) await person.decide({ id: id as never }, 'deny');
    const said = await ended;
    const outcome = person.ended.find((end) => end.id === id)?.outcome;
    tally.check(`${name}: the agent tried`, existsSync(MARK) && person.asked.length > next, describe(said));
    tally.check(`${name}: nothing was read`, !said.stdout.includes('grey-content'), describe(said));
    // denied by the person, or given up when the agent took so long that its own session ended first
    tally.check(`${name}: not allowed`, outcome !== undefined && outcome !== 'allowed', outcome);
  }
  const refused = records().filter(({ call, reason }) => call === 'connect' && reason === 'location').length;
  tally.check('the socket was closed to it', refused > 0, `${refused}`);
  const { ended, id } = await askingFamily(world, 'true');
  const control = asDev(['sudo', '-n', RINGFENCE, 'approvals', 'allow', String(id)]);
  const said = await ended;
  tally.check(
    'control: outside, sudo allows it',
    control.status === 0 && said.stdout.includes('grey-content'),
    describe(control),
  );
}

function pidOf(program: string): number {
  return Number(
    readdirSync('/proc').find((pid) => {
      try {
        return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/exe`).includes(program);
      } catch {
        return false;
      }
    }) ?? 0,
  );
}

const helperPid = (): number =>
  Number(
    readdirSync('/proc').find((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('/opt/ringfence/helper/');
      } catch {
        return false;
      }
    }) ?? 0,
  );

/** All of them by one process of root's. */
const asOneRoot = (attacker: string, deeds: readonly string[]): string[] => [
  ...['sudo', '-n', 'sh', '-c'],
  deeds.map((deed) => `${attacker} ${deed}`).join('; '),
];

/** 3: kills, stops, wakes and traces the helper and its watchdog, as root. */
async function signals(world: World): Promise<void> {
  const { tally, attacker } = world;
  for (const [who, pid] of [
    ['helper', helperPid()],
    ['watchdog', pidOf(WATCHDOG)],
  ] as const) {
    tally.check(`the ${who} is there`, pid > 1, `${pid}`);
    const deeds = [
      ...[SIGKILL, SIGSTOP, SIGCONT].map((number) => ['signal', number, pid]),
      ...ON_PROCESSES.map((deed) => [deed, pid]),
      ['write', `/proc/${pid}/oom_score_adj`, 0],
      ['edit', `/proc/${pid}/mem`],
    ].map((words) => words.join(' '));
    const said = await inside(world, ...asOneRoot(attacker, deeds)).ended;
    const answers = said.stdout.trim().split('\n');
    tally.check(
      `the ${who}: each deed is refused`,
      answers.join() === deeds.map(() => 'errno 1').join(),
      describe(said),
    );
    tally.check(
      `the ${who}: it lives on`,
      existsSync(`/proc/${pid}`) && (who === 'helper' ? helperPid() : pidOf(WATCHDOG)) === pid,
    );
    tally.check(`the ${who}: it is not stopped`, !/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
    const control = asDev(asOneRoot(attacker, deeds.slice(1)));
    asRoot('/bin/kill', '-CONT', String(pid));
    const worked = control.stdout.trim().split('\n');
    deeds.slice(1).forEach((deed, index) => {
      tally.check(`control: outside, ${deed} works`, worked[index]?.startsWith('did') === true, describe(control));
    });
  }
  const pid = pidOf(WATCHDOG);
  const control = asDev(['sudo', '-n', attacker, 'signal', String(SIGKILL), String(pid)]);
  tally.check(
    'control: outside, the watchdog is killed',
    control.stdout.startsWith('did') && !existsSync(`/proc/${pid}`),
    describe(control),
  );
  tally.check('the helper starts another', await until(() => pidOf(WATCHDOG) > 1, NO_PROBLEM_MS));
}

/** 3b: what the guard keeps and how it is started, and the group of processes that it is in; as root, whatever the manifest says. */
async function belongings(world: World): Promise<void> {
  const { tally, attacker } = world;
  asRoot('/bin/sh', '-c', 'mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup');
  asRoot(
    '/bin/sh',
    '-c',
    'mkdir -p /sys/fs/cgroup/guard /etc/systemd/system/ringfenced.service.d /etc/ringfence/trusted-keys.d',
  );
  writeFileSync('/etc/systemd/system/ringfenced.service', '');
  writeFileSync('/sys/fs/cgroup/guard/cgroup.procs', String(helperPid()));
  // the helper looks again after a while
  await sleep(SEEN_AGAIN_MS);
  const deeds = [
    ...['/run/ringfence', '/run/ringfence/sessions', '/var/lib/ringfence/audit', '/var/lib/ringfence/keys'].map(
      (path) => `put ${path}`,
    ),
    ...['/etc/ringfence/trusted-keys.d', '/opt/ringfence/helper'].map((path) => `put ${path}`),
    'put /etc/systemd/system/ringfenced.service.d',
    ...['/var/lib/ringfence/audit.db', '/opt/ringfence/helper/main.js', '/etc/systemd/system/ringfenced.service'].map(
      (path) => `edit ${path}`,
    ),
    'mode /run/ringfence/control.sock',
    ...['cgroup.freeze 0', 'cgroup.kill 0', 'cgroup.max.depth 4'].map((what) => `write /sys/fs/cgroup/guard/${what}`),
    ...BPF_COMMANDS.map((number) => `bpf ${number}`),
  ];
  const manifest = skill('writer', { ...EVERYTHING, filesystem: { read: ['/**'], write: ['/**'] } });
  const said = await inside({ ...world, manifest }, ...asOneRoot(attacker, deeds)).ended;
  const answers = said.stdout.trim().split('\n');
  const done = deeds.filter((_, index) => answers[index] !== 'errno 1');
  tally.check(
    'belongings: each deed is refused',
    answers.length === deeds.length && done.length === 0,
    `${done.join(', ')}: ${describe(said)}`,
  );
  const control = asDev(
    asOneRoot(
      attacker,
      deeds.filter((deed) => !deed.includes('cgroup.kill')),
    ),
  );
  const worked = control.stdout
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('did')).length;
  tally.check('control: outside, each works', worked === deeds.length - 1, describe(control));
}

/** 4: wakes the held call itself, again and again. */
async function earlyWakes(world: World): Promise<void> {
  const { tally, person } = world;
  const loop = `for i in $(seq ${WAKES}); do pkill -CONT cat; sudo -n pkill -CONT cat; done; ${TRIED}`;
  const { ended, id } = await askingFamily(world, `(sleep 1; ${loop})`);
  await tried();
  if (!person.ended.some((end) => end.id === id)) await person.decide({ id: id as never }, 'deny');
  const said = await ended;
  tally.check('wakes: the agent tried', existsSync(MARK), describe(said));
  tally.check('wakes: nothing was read', !said.stdout.includes('grey-content'), describe(said));
  const plain: ChildProcess = spawn(
    'setpriv',
    ['--reuid', '1000', '--regid', '1000', '--clear-groups', 'sh', '-c', `kill -STOP $$; cat ${DOCUMENT}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  plain.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await sleep(500);
  tally.check('control: a plain stop holds', output === '');
  asDev([world.attacker, 'signal', String(SIGCONT), String(plain.pid)]);
  tally.check(
    'control: and whoever wakes it has it go on',
    await until(() => output.includes('grey-content'), NO_PROBLEM_MS),
  );
}

/** 5: types the answer into the terminal that it shares with the person. */
async function terminalInput(world: World): Promise<void> {
  const { tally, attacker, manifest } = world;
  const typed = 'echo typed-by-agent\n';
  const onTerminal = async (command: string): Promise<string> => {
    const child = spawn(
      'setpriv',
      [
        '--reuid',
        '1000',
        '--regid',
        '1000',
        '--clear-groups',
        'env',
        `HOME=${HOME}`,
        'script',
        '-qfc',
        `bash --norc -ic '${command}; sleep 1'; sleep 1`,
        '/dev/null',
      ],
      {
        cwd: HOME,
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    let screen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
    });
    await new Promise((resolve) => child.once('close', resolve));
    return screen;
  };
  // newer kernels refuse it by themselves where this is not set; older ones know no such setting
  asRoot('/sbin/sysctl', '-w', 'dev.tty.legacy_tiocsti=1');
  const inject = `${attacker} inject "${typed}"`;
  const guarded = await onTerminal(`${RINGFENCE} run --manifest ${manifest} -- ${inject}`);
  tally.check('terminal: refused', /errno 1\b/.test(guarded), guarded);
  const control = await onTerminal(inject);
  tally.check('control: outside it types', /did inject/.test(control), control);
}

/** 6: takes the guard's tables away, as root. Its control ends the guard for good. */
async function tables(world: World): Promise<void> {
  const { tally, attacker } = world;
  asRoot('/bin/mkdir', '-p', `${PLAIN_PINS}/inner`);
  // as systemd has it: what one namespace unmounts goes from its peers
  asRoot('/bin/mount', '--make-rshared', '/');
  const deeds = [`remove ${PINS}`, `unmount ${BPF_FILES}`, `unmount-apart ${BPF_FILES}`, 'programs'];
  const script = deeds.map((deed) => `sudo -n ${attacker} ${deed}`).join('; ');
  const count = () => readdirSync(PINS, { recursive: true }).length;
  const before = count();
  const said = await inside(world, 'sh', '-c', `${script}; cat ~/.ssh/id_rsa`).ended;
  tally.check(
    'tables: each deed is refused',
    said.stdout.trim() === deeds.map(() => 'errno 1').join('\n'),
    describe(said),
  );
  tally.check('tables: all are there', before > 20 && count() === before, `${count()} of ${before}`);
  tally.check('tables: the key stays closed', !said.stdout.includes('secret-key'), describe(said));
  tally.check(
    'control: outside, programs are listed',
    asDev(['sudo', '-n', attacker, 'programs']).stdout.startsWith('did'),
  );
  tally.check(
    'control: outside, other pins go',
    asDev(['sudo', '-n', attacker, 'remove', PLAIN_PINS]).stdout.startsWith('did'),
  );
  const go = join(WORK, 'go');
  rmSync(go, { force: true });
  const { child, ended } = inside(
    world,
    'sh',
    '-c',
    `cat ~/.ssh/id_rsa; echo first; while ! test -e ${go}; do sleep 0.2; done; cat ~/.ssh/id_rsa`,
  );
  const lastLine = lastLineOf(child);
  tally.check('control: it runs, and the key is closed', await until(() => lastLine() === 'first', NO_PROBLEM_MS));
  const control = asDev(['sudo', '-n', attacker, 'remove', PINS]);
  // the helper holds what the pins held: its end lets go of the last of it
  await world.helper.end('SIGKILL');
  await sleep(2000);
  writeFileSync(go, '');
  const { stdout } = await ended;
  tally.check('control: outside, the guard’s own go', control.stdout.startsWith('did'), describe(control));
  tally.check('control: and then the key is read', /first\s+secret-key/.test(stdout), stdout);
}

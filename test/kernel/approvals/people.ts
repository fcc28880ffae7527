/** Two users without a display: each sees and answers their own, by password through polkit or as root. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { records, ringfence, type Said, sleep, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, asRoot, freshDocuments, GREY, RINGFENCE, WORK } from './grey.ts';
import { ShellTerminal } from './terminal.ts';

const EVE = 1001;
const EVES_HOME = '/home/eve';
const PASSWORD = 'correct-horse';
const ROOTS_PASSWORD = 'battery-staple';
const ACTIONS = '/usr/share/polkit-1/actions';
const DOCUMENT = join(GREY, 'document');
const AGAIN = join(WORK, 'again');
const NO_PROBLEM_MS = 60_000;

export async function people({ tally }: { readonly tally: Tally }): Promise<void> {
  freshDocuments();
  makeEve();
  await strangers(tally);
  await terminals(tally);
  await polkit(tally);
}

function makeEve(): void {
  appendFileSync('/etc/passwd', `eve:x:${EVE}:${EVE}::${EVES_HOME}:/bin/sh\n`);
  appendFileSync('/etc/group', `eve:x:${EVE}:\n`);
  mkdirSync(EVES_HOME, { recursive: true });
  chownSync(EVES_HOME, EVE, EVE);
}

function asEve(...words: string[]): Said {
  const identity = ['--reuid', String(EVE), '--regid', String(EVE), '--clear-groups', 'env', `HOME=${EVES_HOME}`];
  return asRoot('/usr/bin/setpriv', ...identity, RINGFENCE, ...words);
}

/** `ringfence approvals --watch --json` as somebody; once it attends. */
async function watching(
  uid: number,
): Promise<{ readonly lines: () => Record<string, never>[]; readonly end: () => void }> {
  const identity = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
  const child: ChildProcess = spawn('setpriv', [...identity, RINGFENCE, 'approvals', '--watch', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  // it has no line of its own for being there
  await sleep(6000);
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { lines, end: () => void child.kill('SIGTERM') };
}

const openNumbers = (said: Said): number[] => JSON.parse(said.stdout).approvals.map(({ id }: { id: number }) => id);

/** Eve’s being there helps none of dev’s agents, and she can neither see nor answer. */
async function strangers(tally: Tally): Promise<void> {
  const eve = await watching(EVE);
  rmSync(AGAIN, { force: true });
  const script = `cat ${DOCUMENT} || echo refused; while ! test -e ${AGAIN}; do sleep 0.2; done; cat ${DOCUMENT}`;
  const { ended } = agent('/bin/sh', '-c', script);
  const isRefused = () => records().some(({ reason }) => reason === 'nobody-to-ask');
  tally.check('only Eve is there: refused at once', await until(isRefused, NO_PROBLEM_MS));
  const own = openNumbers(ringfence('approvals', '--json'));
  tally.check('its owner finds it', own.length === 1, JSON.stringify(own));
  const [id = 0] = own;
  tally.check('Eve does not', openNumbers(asEve('approvals', '--json')).length === 0);
  for (const word of ['allow', 'deny']) {
    const said = asEve('approvals', word, String(id));
    tally.check(
      `Eve cannot ${word} it`,
      said.status !== 0 && /there is no open question/.test(said.stderr),
      said.stderr,
    );
  }
  tally.check('Eve heard nothing', eve.lines().length === 0, JSON.stringify(eve.lines()));
  eve.end();
  const root = asRoot(RINGFENCE, 'approvals', 'allow', String(id));
  tally.check('root can allow it', root.status === 0, root.stderr);
  writeFileSync(AGAIN, '');
  const { stdout } = await ended;
  tally.check('and the next attempt goes through', /refused\s+grey-content/.test(stdout), stdout);
}

/** On a bare terminal: watching makes calls wait, a letter and a number deny. */
async function terminals(tally: Tally): Promise<void> {
  const terminal = new ShellTerminal('bash --norc --noprofile -i');
  let from = terminal.mark();
  terminal.line(`${RINGFENCE} approvals --watch`);
  tally.check('bare terminal: it watches', await terminal.shows(/Watching\./, from), terminal.screen);
  const { ended } = agent('/bin/cat', DOCUMENT);
  tally.check(
    'bare terminal: the question shows',
    await terminal.shows(/^\d+ {2}read \S+document/m, from),
    terminal.screen,
  );
  const id = /^(\d+) {2}read \S+document/m.exec(terminal.screen.slice(from))?.[1];
  await sleep(1500);
  from = terminal.mark();
  terminal.line('');
  tally.check('bare terminal: Enter answers nothing', await terminal.shows(/Nothing is answered/, from));
  terminal.line(`d ${id}`);
  tally.check('bare terminal: denied', await terminal.shows(/denied \(by uid 1000\)/, from), terminal.screen);
  const { status, stderr } = await ended;
  tally.check(
    'bare terminal: the agent is refused',
    status === 1 && /not permitted/.test(stderr),
    `${status} ${stderr}`,
  );
  terminal.keys('\u0003');
  await terminal.end();
}

/** The user proves who they are, on a terminal. */
async function polkit(tally: Tally): Promise<void> {
  const services = await startPolkit();
  tally.check('polkit is there', services.ready);
  const watch = await watching(1000);
  const attempt = agent('/bin/cat', DOCUMENT);
  const held = () =>
    watch.lines().find(({ event }) => event === 'approval.asked') as { data: { id: number } } | undefined;
  await until(() => held() !== undefined, NO_PROBLEM_MS);
  const id = held()?.data.id ?? 0;
  const terminal = new ShellTerminal('bash --norc --noprofile -i');
  const typed = (password: string) => proving(tally, terminal, `approvals allow ${id}`, password);
  let from = await typed('wrong');
  tally.check(
    'a wrong password: refused',
    /authentication failed/.test(terminal.screen.slice(from)),
    terminal.screen.slice(from),
  );
  tally.check('a wrong password: it still waits', openNumbers(ringfence('approvals', '--json')).includes(id));
  from = await typed(PASSWORD);
  tally.check('the right one: allowed', /allowed/.test(terminal.screen.slice(from)), terminal.screen.slice(from));
  const { stdout } = await attempt.ended;
  tally.check('the agent goes on', stdout.includes('grey-content'), stdout);
  const answered = records().findLast(({ kind }) => kind === 'approval.answered');
  tally.check(
    'on record with the user',
    answered?.approver_uid === 1000 && answered.option === 'allow-once',
    JSON.stringify(answered),
  );
  const without = ringfence('approvals', 'allow', '1');
  tally.check('without a terminal there is no way', without.status !== 0, without.stdout);
  await administrator(tally, terminal);
  await terminal.end();
  watch.end();
  services.end();
}

/** Whose signatures count is an administrator's to say: root's here, as nobody else is one. */
async function administrator(tally: Tally, terminal: ShellTerminal): Promise<void> {
  const key = join(WORK, 'colleague');
  asRoot('/usr/bin/ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'colleague', '-f', key);
  const isTrusted = () => ringfence('keys', 'list').stdout.includes('colleague');
  const command = `keys add ${key}.pub --yes`;
  for (const password of ['wrong', PASSWORD]) {
    const from = await proving(tally, terminal, command, password);
    const screen = terminal.screen.slice(from);
    tally.check(`a key, ${password}: refused`, /done: 1/.test(screen) && !isTrusted(), screen);
  }
  const from = await proving(tally, terminal, command, ROOTS_PASSWORD);
  const screen = terminal.screen.slice(from);
  tally.check("a key, the administrator's password: trusted", /done: 0/.test(screen) && isTrusted(), screen);
  const added = records().findLast(({ kind }) => kind === 'trust.key-added');
  tally.check('a key: on record', added?.key_name === 'colleague', JSON.stringify(added));
}

/** Runs a command that polkit asks for a password. Returns where on the terminal it began. */
async function proving(tally: Tally, terminal: ShellTerminal, command: string, password: string): Promise<number> {
  const from = terminal.mark();
  terminal.line(`${RINGFENCE} ${command}; echo "done: $?"`);
  const asked = await terminal.shows(/Password:/, from);
  tally.check(`polkit asks for the password, ${password}`, asked, terminal.screen.slice(from));
  terminal.line(password);
  await terminal.shows(/done: \d/, from);
  return from;
}

/** The system bus and polkitd by hand: the guest has no init that would start them. */
async function startPolkit(): Promise<{ readonly ready: boolean; readonly end: () => void }> {
  mkdirSync(ACTIONS, { recursive: true });
  copyFileSync('/opt/ringfence/share/polkit-1/actions/io.ringfence.policy', join(ACTIONS, 'io.ringfence.policy'));
  if (!existsSync('/etc/shadow') || !readFileSync('/etc/shadow', 'utf8').includes('dev:'))
    appendFileSync('/etc/shadow', 'dev:*:19000:0:99999:7:::\n');
  for (const [user, password] of [
    ['dev', PASSWORD],
    ['root', ROOTS_PASSWORD],
  ] as const) {
    const hash = asRoot('/usr/bin/openssl', 'passwd', '-6', password).stdout.trim();
    asRoot('/usr/sbin/usermod', '-p', hash, user);
  }
  mkdirSync('/run/dbus', { recursive: true });
  const bus = spawn('/usr/bin/dbus-daemon', ['--system', '--nofork', '--nopidfile'], { stdio: 'inherit' });
  await until(() => existsSync('/run/dbus/system_bus_socket'), 20_000);
  const daemon = spawn('/usr/lib/polkit-1/polkitd', ['--no-debug'], { stdio: 'inherit' });
  const known = () => asRoot('/usr/bin/pkaction', '--action-id', 'io.ringfence.approve').status === 0;
  const ready = await until(known, 30_000);
  return {
    ready,
    end: () => {
      daemon.kill('SIGTERM');
      bus.kill('SIGTERM');
    },
  };
}

/** A real ssh-agent that acts for the person, and bubblewrap as an agent starts it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asDev, give, HOME, records, type Said, skill, startAsDev, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { RINGFENCE, WORK } from './grey.ts';
import { Person } from './person.ts';

const PLACE = '/tmp/ssh-deputies';
const SOCKET = join(PLACE, 'agent.7');
/** Not in the protected place: the agent may read the public half. */
const KEYS = `${HOME}/keys`;
const DEV = 1000;

const COMMON = {
  exec: ['/usr/bin/*', '/bin/*'],
  filesystem: { read: ['~/work/**', '~/keys/*.pub'], write: ['~/work/**'] },
};
/** A grant of every path there is leaves it closed. */
const CLOSED = { ...COMMON, unix_sockets: { connect: ['/tmp/**'] } };
const OPEN = { ...COMMON, unix_sockets: { connect: ['ssh-agent'] } };

export async function deputies({ tally }: { readonly tally: Tally }): Promise<void> {
  give(WORK);
  const agent = await startAgent();
  const person = await Person.arrive();
  try {
    await signing(tally, person);
    await notifications(tally);
    await sandboxes(tally);
  } finally {
    person.leave();
    agent.kill();
  }
}

async function startAgent(): Promise<ChildProcess> {
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE, { mode: 0o755 });
  const identity = ['--reuid', String(DEV), '--regid', String(DEV), '--clear-groups'];
  asDev(['mkdir', '-p', KEYS]);
  asDev(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'dev@guest', '-f', join(KEYS, 'id')]);
  execFileSync('chown', [`${DEV}:${DEV}`, PLACE]);
  const agent = spawn('setpriv', [...identity, 'ssh-agent', '-D', '-a', SOCKET], { stdio: 'ignore' });
  const added = await until(
    () => asDev(['env', `SSH_AUTH_SOCK=${SOCKET}`, 'ssh-add', '-q', join(KEYS, 'id')]).status === 0,
    60_000,
  );
  if (!added) throw new Error('the ssh-agent took no key');
  return agent;
}

function within(manifest: string, ...command: string[]): Promise<Said> {
  const environment = [`SSH_AUTH_SOCK=${SOCKET}`, `DBUS_SESSION_BUS_ADDRESS=unix:path=${BUS}`];
  const started = ['env', ...environment, RINGFENCE, 'run', '--manifest', manifest, '--', ...command];
  return startAsDev(started).ended;
}

const decisions = () => records().filter(({ kind, path }) => kind === 'decision' && path === SOCKET);

async function signing(tally: Tally, person: Person): Promise<void> {
  const list = ['ssh-add', '-l'];
  const control = asDev(['env', `SSH_AUTH_SOCK=${SOCKET}`, ...list]);
  tally.check(
    'outside, the agent shows its key',
    control.status === 0 && /dev@guest/.test(control.stdout),
    control.stderr,
  );

  const closed = skill('agent-closed', CLOSED);
  const refused = await within(closed, ...list);
  const [record] = decisions().slice(-1);
  tally.check(
    'not named: refused, though every path in /tmp is granted',
    refused.status !== 0 && record?.verdict === 'block' && record?.reason === 'rule',
    `${refused.status} ${refused.stdout}${refused.stderr} ${JSON.stringify(record)}`,
  );
  tally.check('and nobody was asked', person.asked.length === 0, JSON.stringify(person.asked));

  const open = skill('agent-open', OPEN);
  person.answer = () => 'allow-once';
  const shown = await within(open, ...list);
  const asked = person.asked.filter(({ path }) => path === SOCKET);
  tally.check(
    'named: asked, and shown after a yes',
    shown.status === 0 && /dev@guest/.test(shown.stdout),
    shown.stderr,
  );
  tally.check(
    'the question names the socket',
    asked.length >= 1 && asked[0]?.operation === 'connect',
    JSON.stringify(asked),
  );

  person.answer = () => 'deny';
  const denied = await within(open, ...list);
  tally.check('named: refused after a no', denied.status !== 0 && !/dev@guest/.test(denied.stdout), denied.stdout);
  tally.check('and on record', decisions().at(-1)?.reason === 'denied', JSON.stringify(decisions().at(-1)));

  person.answer = () => 'allow-session';
  const before = person.asked.length;
  writeFileSync(join(WORK, 'text'), 'what is signed\n');
  give(WORK);
  const twice = `ssh-add -l && ssh-keygen -q -Y sign -f ${KEYS}/id.pub -n file ${WORK}/text`;
  const signed = await within(open, 'sh', '-c', twice);
  tally.check('for the session: signs', signed.status === 0, `${signed.status} ${signed.stderr}`);
  tally.check(
    'for the session: asked once for two programs',
    person.asked.length === before + 1,
    `${person.asked.length - before}`,
  );
  writeFileSync(join(WORK, 'signers'), `dev@guest ${readFileSync(`${KEYS}/id.pub`, 'utf8')}`);
  const verify = `ssh-keygen -Y verify -f ${WORK}/signers -I dev@guest -n file -s ${WORK}/text.sig < ${WORK}/text`;
  const verified = asDev(['sh', '-c', verify]);
  tally.check('and the signature is good', verified.status === 0, verified.stderr);
}

const RUNTIME = '/run/user/1000';
const BUS = join(RUNTIME, 'bus');
const NAME = 'org.freedesktop.Notifications';
const DESKTOP = join(import.meta.dirname, '..', '..', '..', 'cli', 'run', 'testing', 'desktop.py');

function call(destination: string, method: string, address?: string): string[] {
  const place = address === undefined ? [] : [`DBUS_SESSION_BUS_ADDRESS=${address}`];
  const words = ['--session', '--print-reply', '--reply-timeout=20000', `--dest=${destination}`];
  return ['/usr/bin/env', ...place, '/usr/bin/dbus-send', ...words, `/${destination.replaceAll('.', '/')}`, method];
}

/** The desktop's bus, and the one that passes on notifications alone. */
async function notifications(tally: Tally): Promise<void> {
  mkdirSync(RUNTIME, { recursive: true });
  execFileSync('chown', [`${DEV}:${DEV}`, RUNTIME]);
  const address = `unix:path=${BUS}`;
  const daemon = startAsDev(['dbus-daemon', '--session', '--nofork', '--nopidfile', `--address=${address}`]);
  await until(() => asDev(['test', '-S', BUS]).status === 0, 60_000);
  const desktop = startAsDev(['python3', '-I', DESKTOP, BUS, NAME, 'org.freedesktop.secrets']);
  const show = `${NAME}.GetCapabilities`;
  const isThere = await until(() => /heard/.test(asDev(call(NAME, show, address)).stdout), 60_000);
  tally.check('outside, the bus answers', isThere);

  const quiet = await within(skill('quiet', COMMON), ...call(NAME, show, address));
  tally.check(
    'not named: the bus is closed',
    quiet.status !== 0 && !/heard/.test(quiet.stdout),
    quiet.stdout + quiet.stderr,
  );

  const loud = skill('loud', { ...COMMON, unix_sockets: { connect: ['notifications'] } });
  const shown = await within(loud, ...call(NAME, show));
  tally.check(
    'named: the agent shows a notification',
    /heard GetCapabilities/.test(shown.stdout),
    shown.stdout + shown.stderr,
  );
  const secrets = await within(loud, ...call('org.freedesktop.secrets', 'org.freedesktop.Secret.Service.SearchItems'));
  tally.check('named: the keyring does not answer', !/heard/.test(secrets.stdout), secrets.stdout);
  const around = await within(
    loud,
    ...call('org.freedesktop.secrets', 'org.freedesktop.Secret.Service.SearchItems', address),
  );
  const refused = records().filter(({ kind, path }) => kind === 'decision' && path === BUS);
  tally.check(
    'named: the bus itself stays closed',
    !/heard/.test(around.stdout) && refused.at(-1)?.verdict === 'block' && refused.at(-1)?.reason === 'rule',
    `${around.stdout}${around.stderr} ${JSON.stringify(refused.at(-1))}`,
  );
  const left = asDev(['ls', '-A', join(RUNTIME, 'ringfence-bus')]);
  tally.check('its socket is gone with the agent', left.status === 0 && left.stdout === '', left.stdout + left.stderr);
  desktop.child.kill();
  daemon.child.kill();
}

/** What Codex CLI asks for, less its own seccomp filter. */
const SANDBOX = [
  ...['--new-session', '--die-with-parent', '--unshare-user', '--unshare-pid', '--unshare-net'],
  ...[
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    '--tmpfs',
    '/tmp',
    '--bind',
    WORK,
    WORK,
    '--chdir',
    WORK,
  ],
];

const BOXED = { ...COMMON, filesystem: { ...COMMON.filesystem, write: ['~/work/**'] } };

/** Everyday work in it, each with what it has to print. */
const DEEDS: readonly (readonly [name: string, script: string, printed: RegExp])[] = [
  ['writes where it may', 'echo hello > boxed && cat boxed', /^hello$/],
  [
    'has a /tmp of its own',
    'mkdir /tmp/d && echo x > /tmp/d/f && mv /tmp/d /tmp/e && cat /tmp/e/f && rm -r /tmp/e && ls -A /tmp',
    /^x$/,
  ],
  ['sees its own processes alone', 'echo $$; ls /proc | grep -c "^[0-9]"', /^[0-9]\n[0-9]$/],
  [
    'has the devices that matter',
    'echo y > /dev/null; head -c 4 /dev/zero | wc -c; test -c /dev/urandom && ls /dev/shm',
    /^4$/,
  ],
  ['is told of itself', 'grep -c NSpid /proc/self/status', /^1$/],
];

async function sandboxes(tally: Tally): Promise<void> {
  const manifest = skill('sandboxed', BOXED);
  give(join(HOME, '.ssh', 'id_rsa'), 'secret-key');
  give(join(HOME, 'private'), 'private-text');
  const boxed = (script: string) => ['/usr/bin/bwrap', ...SANDBOX, '--', '/bin/sh', '-c', script];
  for (const [name, script, printed] of DEEDS) {
    const control = asDev(boxed(script));
    tally.check(`bubblewrap alone ${name}`, printed.test(control.stdout.trim()), `${control.stdout}${control.stderr}`);
    const said = await within(manifest, ...boxed(script));
    tally.check(`in a session it ${name}`, printed.test(said.stdout.trim()), `${said.stdout}${said.stderr}`);
  }
  for (const path of [join(HOME, '.ssh', 'id_rsa'), join(HOME, 'private')]) {
    const control = asDev(boxed(`cat ${path}`));
    tally.check(`bubblewrap alone reads ${path}`, /secret-key|private-text/.test(control.stdout), control.stderr);
    const said = await within(manifest, ...boxed(`cat ${path}`));
    tally.check(
      `in a session it does not read ${path}`,
      said.status !== 0 && said.stdout === '',
      said.stdout + said.stderr,
    );
  }
}

/** Hosts that a session reaches only through its proxy: a server at an address that passes for public, in a machine without a network. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
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
  startAsDev,
  until,
} from './installed.ts';
import { NameServer, RESOLVER } from './names/zone.ts';
import type { Tally } from './tally.ts';

const ADDRESS = '8.8.4.4';
const NODE = '/opt/ringfence/runtime/bin/node';
const RINGFENCE = '/opt/ringfence/bin/ringfence';
/** In no file: its address is asked of a name server. */
const LOOKED_UP = 'looked-up.example.org';
const HOSTS = ['api.example.com', 'sub.example.org', 'other.example.net'];

async function serve(): Promise<() => void> {
  execFileSync('ip', ['address', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
  appendFileSync('/etc/hosts', `\n${ADDRESS} ${HOSTS.join(' ')}\n127.0.0.1 trap.example.org\n`);
  const [key, certificate] = ['/tmp/host.key', '/tmp/host.pem'] as const;
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test -keyout ${key} -out ${certificate}`;
  execFileSync('openssl', request.split(' '), { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_request, response) =>
    response.end('hello from the host'),
  );
  await new Promise<void>((ready) => server.listen(443, '0.0.0.0', ready));
  const names = await NameServer.open((name) => (name === LOOKED_UP ? { addresses: [ADDRESS] } : null));
  writeFileSync('/etc/resolv.conf', `nameserver ${RESOLVER}\n`);
  return () => {
    server.close();
    names.close();
  };
}

export async function proxied({ tally, helper }: { readonly tally: Tally; readonly helper: Helper }): Promise<void> {
  const stop = await serve();
  const client = join(HOME, 'work/client.mjs');
  give(client, '');
  copyFileSync(join(import.meta.dirname, 'proxied-client.mjs'), client);
  const grants = { exec: [NODE], filesystem: { read: ['~/work/**', '/opt/ringfence/runtime/**'] } };
  const network = { egress: ['api.example.com', '*.example.org'], via: 'proxy' };
  const manifest = skill('proxied', { ...grants, network });
  const loopback = skill('loopback', { ...grants, network: { egress: ['127.0.0.1:*'] } });
  const run = (from: string, ...words: string[]): Promise<Said> =>
    startAsDev([RINGFENCE, 'run', '--manifest', from, '--', NODE, client, ...words]).ended;
  const free = (...words: string[]): Said => asDev([NODE, client, ...words]);

  const control = free('direct', 'other.example.net', '443');
  tally.check('control: unguarded any host is reached', control.stdout.includes('connected'), control.stdout);
  const direct = free('direct', ADDRESS, '443');
  tally.check('control: unguarded its address is', direct.stdout.includes('connected'), direct.stdout);

  const expected: readonly [string, readonly string[], string | RegExp][] = [
    ['a named host is reached', ['fetch', 'https://api.example.com/'], 'hello from the host'],
    ['one below a named one is reached', ['fetch', 'https://sub.example.org/'], 'hello from the host'],
    ['so is one that a name server knows', ['fetch', `https://${LOOKED_UP}/`], 'hello from the host'],
    ['one with the right greeting is', ['tunnel', 'api.example.com', '443', 'api.example.com'], 'greeted'],
    ['another host is not', ['tunnel', 'other.example.net', '443', 'other.example.net'], 'status 403'],
    ['another port is not', ['tunnel', 'api.example.com', '22', 'api.example.com'], 'status 403'],
    ['a name that leads to loopback is not', ['tunnel', 'trap.example.org', '443', 'trap.example.org'], 'status 403'],
    ['another greeting is not let through', ['tunnel', 'api.example.com', '443', 'other.example.net'], /failed/],
    ['its address by itself is not reached', ['direct', ADDRESS, '443'], 'EPERM'],
  ];
  for (const [what, words, answer] of expected) {
    const { stdout, stderr } = await run(manifest, ...words);
    const isSo = typeof answer === 'string' ? stdout.includes(answer) : answer.test(stdout);
    tally.check(what, isSo, `${stdout} ${stderr}`);
  }
  const refused = records().filter(({ kind }) => kind === 'proxy.refused');
  const said = refused.map(({ message }) => String(message)).join('\n');
  for (const part of ['other.example.net:443', 'api.example.com:22', 'not public', 'greeting is for other.example.net'])
    tally.check(`on record: ${part}`, said.includes(part), said);
  await borrowed({ tally, run, manifest, loopback });
  await restarted({ tally, manifest, client, helper });
  stop();
}

interface Borrowing {
  readonly tally: Tally;
  readonly run: (from: string, ...words: string[]) => Promise<Said>;
  readonly manifest: string;
  readonly loopback: string;
}

/** A session that may reach all of loopback finds the port of another session's proxy. */
async function borrowed({ tally, run, manifest, loopback }: Borrowing): Promise<void> {
  const keep = `${HOME}/work/keep.mjs`;
  give(keep, 'console.log(process.env.HTTPS_PROXY); setTimeout(() => {}, 600_000);');
  const { child } = startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', NODE, keep]);
  const url = await new Promise<URL>((resolve) => child.stdout?.once('data', (text) => resolve(new URL(String(text)))));
  const bare = `http://${url.host}`;
  const tried = await run(loopback, 'tunnel', 'api.example.com', '443', 'api.example.com', bare);
  tally.check(
    'without its word another session’s proxy lets nobody in',
    tried.stdout.includes('status 407'),
    tried.stdout,
  );
  child.kill('SIGTERM');
}

interface Restarting {
  readonly tally: Tally;
  readonly manifest: string;
  readonly client: string;
  readonly helper: Helper;
}

const PATIENCE_MS = 120_000;

/** The helper is killed and started again while a session uses its proxy. */
async function restarted({ tally, manifest, client, helper }: Restarting): Promise<void> {
  tally.check('what ended took its proxy along', await until(() => proxies().length === 0, PATIENCE_MS));
  const words = ['run', '--manifest', manifest, '--', NODE, client, 'again', HOSTS[0] ?? '', ADDRESS];
  const { child } = startAsDev([RINGFENCE, ...words]);
  const said = lastLineOf(child);
  const reached = 'proxy hello from the host, direct EPERM';
  tally.check(
    'a session reaches its host, again and again',
    await until(() => said() === reached, PATIENCE_MS),
    said(),
  );
  const [first, ...others] = proxies();
  tally.check('by one proxy', first !== undefined && others.length === 0);
  if (first !== undefined) confined(tally, first);
  await helper.end('SIGKILL');
  const closed = await until(() => /^proxy (?!hello).*, direct EPERM$/.test(said()), PATIENCE_MS);
  tally.check('the helper is killed: it reaches nothing', closed, said());
  tally.check('and the proxy is gone', await until(() => proxies().length === 0, PATIENCE_MS));
  await helper.start();
  tally.check('with the next helper it reaches its host', await until(() => said() === reached, PATIENCE_MS), said());
  const [second, ...more] = proxies();
  tally.check('by one proxy, another one', second !== undefined && second !== first && more.length === 0);
  process.kill(second ?? 0, 'SIGKILL');
  const away = await until(() => !proxies().includes(second ?? 0), PATIENCE_MS);
  const back = await until(() => said() === reached && proxies().length === 1, PATIENCE_MS);
  tally.check('the proxy is killed: another takes its place', away && back, `${away} ${back} ${said()}`);
  const lost = records().filter(({ kind }) => kind === 'proxy.lost');
  tally.check('on record', lost.length === 1, JSON.stringify(lost));
  child.kill('SIGTERM');
  tally.check('the end of the session is its end', await until(() => proxies().length === 0, PATIENCE_MS));
}

/** The processes that run as a session's proxy. */
function proxies(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && readOf(pid, 'cmdline').includes('helper/proxy/main.js'));
}

function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** What each of its threads has and may. */
function confined(tally: Tally, pid: number): void {
  const states = readdirSync(`/proc/${pid}/task`).map((thread) => readOf(pid, `task/${thread}/status`));
  const wanted = [/^Uid:\t(?!0\t)/m, /^CapPrm:\t0+$/m, /^NoNewPrivs:\t1$/m, /^Seccomp:\t2$/m, /^Seccomp_filters:\t2$/m];
  const isSo = states.length > 1 && states.every((state) => wanted.every((one) => one.test(state)));
  tally.check('it is confined, on each thread', isSo, states[0]);
  const queues = readdirSync(`/proc/${pid}/fd`).filter((fd) =>
    readlinkSync(`/proc/${pid}/fd/${fd}`).includes('io_uring'),
  );
  tally.check('and has no io_uring', queues.length === 0, queues.join());
}

/**
 * A working day of a person who has no agent: without the guard, while it learns, and enforced after an administrator has accepted what it
 * proposes. Every operation comes to the same each time, and enforced nobody is asked anything.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InboxEntry } from '../../../core/protocol/everyone.ts';
import { asDev, HOME, type Said, sleep, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import type { Administrator } from './administrator.ts';
import { BARE, type Operation, operationsOf, PORT, REPORT } from './day-operations.ts';
import { standIn } from './stand-ins.ts';

const SEED = 20_260_101;
/** Short: each kind once, and some again. */
const COUNT = { short: 40, full: 500 };
const UP_WITHIN_MS = 60_000;
const LOOKED_MS = 12_000;
const PLACE = dirname(BARE);
const MARKER = 'ringfence-fake-secret';

const STAND_INS: Readonly<Record<string, { readonly place: string; readonly path: string }>> = {
  aws: { place: '/usr/bin/aws', path: '.aws/credentials' },
  firefox: { place: '/usr/lib/firefox-esr/firefox-esr', path: '.mozilla/firefox/abcd.default/cookies.sqlite' },
  chrome: { place: '/opt/google/chrome/chrome', path: '.config/google-chrome/Default/Cookies' },
  docker: { place: '/usr/bin/docker', path: '.docker/config.json' },
  kubectl: { place: '/usr/bin/kubectl', path: '.kube/config' },
  gh: { place: '/usr/bin/gh', path: '.config/gh/hosts.yml' },
};

/** What this person does beside what everybody trusts; nothing else may be proposed. */
const PROPOSED = new Set([`/usr/bin/tar ssh-keys`, `/usr/bin/tar aws`, `/usr/bin/rm ssh-keys`, `${REPORT} aws`]);

export interface Day {
  readonly tally: Tally;
  readonly size: 'short' | 'full';
}

/** Root's: the stand-ins, a script and a server. Returns what takes them away again. */
export async function prepareDay(doer: string): Promise<() => void> {
  const taken = Object.values(STAND_INS).map(({ place }) => standIn(doer, place));
  writeFileSync(
    REPORT,
    `#!/usr/bin/python3 -I\nimport os\nprint(len(open(os.path.expanduser('~/.aws/credentials')).read()))\n`,
  );
  chmodSync(REPORT, 0o755);
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE, { recursive: true });
  mkdirSync('/run/sshd', { recursive: true });
  for (const name of ['host', 'key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(PLACE, name)]);
  writeFileSync(join(PLACE, 'authorized'), readFileSync(join(PLACE, 'key.pub')));
  const settings = {
    ...{ Port: PORT, ListenAddress: '127.0.0.1', HostKey: join(PLACE, 'host'), UsePAM: 'no', StrictModes: 'no' },
    ...{ AuthorizedKeysFile: join(PLACE, 'authorized'), PasswordAuthentication: 'no', PidFile: 'none' },
    ...{ LoginGraceTime: '600', MaxStartups: '100', Subsystem: 'sftp internal-sftp' },
  };
  const text = Object.entries(settings).map((pair) => `${pair.join(' ')}\n`);
  writeFileSync(join(PLACE, 'config'), text.join(''));
  const words = ['-D', '-f', join(PLACE, 'config'), '-E', join(PLACE, 'log')];
  const server = spawn('/usr/sbin/sshd', words, { stdio: 'inherit' });
  const answers = () => asDev(['ssh-keyscan', '-p', String(PORT), '127.0.0.1']).stdout.includes('ssh-');
  if (!(await until(answers, UP_WITHIN_MS))) throw new Error('the day’s server does not answer');
  return () => {
    server.kill('SIGTERM');
    for (const takeAway of taken) takeAway();
  };
}

/** The home as it is in the morning. */
function morning(): void {
  asDev(['gpgconf', '--kill', 'all']);
  execFileSync('find', [HOME, '-mindepth', '1', '-delete']);
  execFileSync('rm', ['-rf', BARE]);
  const put = (path: string, content: string, mode = 0o600) => {
    mkdirSync(dirname(join(HOME, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(HOME, path), content, { mode });
  };
  put('.ssh/id_ed25519', readFileSync(join(PLACE, 'key'), 'utf8'));
  const host = readFileSync(join(PLACE, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ').trim();
  put('.ssh/known_hosts', `[127.0.0.1]:${PORT} ${host}\n`);
  put('.ssh/config', 'Host never-used\n  User nobody\n');
  put('.bashrc', '');
  put('.npmrc', `fund=false\n//registry.invalid/:_authToken=${MARKER}\n`);
  put('.gitconfig', '[user]\n\tname = dev\n\temail = dev@ringfence-guest\n[init]\n\tdefaultBranch = main\n');
  for (const [name, { path }] of Object.entries(STAND_INS)) {
    put(path, MARKER);
    put(`plans/${name}`, usualUse(path));
  }
  put('library/package.json', '{"name":"library","version":"1.0.0"}');
  for (const name of ['plan', 'list', 'draft', 'ideas', 'letter']) put(`notes/${name}.md`, `first line of ${name}\n`);
  execFileSync('chown', ['-R', '1000:1000', HOME]);
  mustAsDev(['git', 'init', '-q', '--bare', '/tmp/everyone-day.git']);
  execFileSync('mv', ['/tmp/everyone-day.git', BARE]);
  const first = 'git init -q app && cd app && git commit -q --allow-empty -m first';
  mustAsDev([
    'bash',
    '-c',
    `${first} && git remote add origin ssh://dev@127.0.0.1:${PORT}${BARE} && git push -q origin main`,
  ]);
  const key = [
    '--batch',
    '--pinentry-mode',
    'loopback',
    '--passphrase',
    '',
    '--quick-gen-key',
    'dev@ringfence-guest',
    'ed25519',
    'sign',
    'never',
  ];
  mustAsDev(['gpg', ...key]);
}

/** Read, written and replaced, as programs do with what is theirs. */
function usualUse(path: string): string {
  const own = join(HOME, path);
  const fresh = join(HOME, 'fresh');
  return [
    ['read', 'read', own],
    ['append', 'append', own],
    ['fresh', 'create', fresh],
    ['replaced', 'rename', fresh, own],
  ]
    .map((line) => `${line.join('\t')}\n`)
    .join('');
}

function mustAsDev(words: readonly string[]): void {
  const { status, stderr } = asDev(words);
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
}

/** What each operation came to. */
function live(operations: readonly Operation[]): Said[] {
  morning();
  return operations.map(({ script }) => asDev(['bash', '-c', script]));
}

/** Before the guard is there. */
export function unguardedDay({ tally, size }: Day): {
  readonly operations: readonly Operation[];
  readonly results: readonly Said[];
} {
  const operations = operationsOf(SEED, COUNT[size]);
  const started = performance.now();
  const results = live(operations);
  const failed = operations.filter((_, index) => results[index]?.status !== 0 || results[index]?.stdout === '');
  tally.check(
    'control: every operation succeeds without the guard, and says something',
    failed.length === 0,
    failed
      .map(
        ({ kind, script }) =>
          `${kind}: ${JSON.stringify(results[operations.findIndex((one) => one.script === script)])}`,
      )
      .join('; '),
  );
  console.log(`    ${operations.length} operations in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return { operations, results };
}

function checkSame(
  tally: Tally,
  when: string,
  operations: readonly Operation[],
  before: readonly Said[],
  now: readonly Said[],
): void {
  const other = operations.flatMap(({ kind }, index) => {
    const [one, again] = [before[index], now[index]];
    return one?.status === again?.status && one?.stdout === again?.stdout
      ? []
      : [`${kind}: ${JSON.stringify(one)} is ${JSON.stringify(again)}`];
  });
  tally.check(
    `${when}: all of ${operations.length} operations come to the same`,
    other.length === 0,
    other.slice(0, 6).join('\n'),
  );
}

const subjectOf = ({ program, script }: InboxEntry) => script ?? program;
const inWords = (entries: readonly InboxEntry[]) =>
  JSON.stringify(entries.map((one) => [subjectOf(one), one.location, one.operations, one.verdict, one.obstacle]));

export async function guardedDay(
  { tally }: Day,
  administrator: Administrator,
  { operations, results }: ReturnType<typeof unguardedDay>,
): Promise<void> {
  await administrator.set('learning', 3600);
  administrator.lookFromNow();
  await sleep(LOOKED_MS);
  checkSame(tally, 'learning', operations, results, live(operations));
  await sleep(LOOKED_MS);
  await administrator.set('learning', 2);
  const isEnforcing = async (): Promise<boolean> => (await administrator.state()).stage === 'enforcing';
  for (let wait = 0; wait < 60 && !(await isEnforcing()); wait += 1) await sleep(500);
  tally.check('learning ends by itself', await isEnforcing());
  const at = operations.findIndex(({ kind }) => kind.startsWith('a backup'));
  const backup = asDev(['bash', '-c', operations[at]?.script ?? '']);
  tally.check('control: what is not accepted is stopped', backup.stdout !== results[at]?.stdout, backup.stdout);
  await acceptProposals(tally, administrator);
  administrator.lookFromNow();
  await sleep(LOOKED_MS);
  checkSame(tally, 'enforced', operations, results, live(operations));
  await sleep(LOOKED_MS);
  const asked = (await administrator.inbox()).filter(({ verdict }) => verdict === 'block');
  tally.check('nobody is asked anything', asked.length === 0, inWords(asked));
  const stolen = asDev(['python3', '-c', `print(open('${HOME}/.ssh/id_ed25519').read())`]);
  tally.check('control: it is enforced', stolen.status !== 0 && !stolen.stdout.includes('PRIVATE'), stolen.stdout);
  const entries = await administrator.inboxWith((now) => now.some(isOfControl));
  tally.check('control: and somebody would be', entries.some(isOfControl), inWords(entries));
}

function isOfControl({ program, verdict }: InboxEntry): boolean {
  return verdict === 'block' && /\/python3[.0-9]*$/.test(program);
}

/** What an administrator would accept: all of it, as it is what the person does. */
async function acceptProposals(tally: Tally, administrator: Administrator): Promise<void> {
  const isProposal = ({ location }: InboxEntry) => location === 'ssh-keys' || location === 'aws';
  const learnt = (await administrator.inboxWith((now) => now.filter(isProposal).length >= PROPOSED.size)).filter(
    (one) => one.learnt,
  );
  const asked = learnt.filter((one) => PROPOSED.has(`${subjectOf(one)} ${one.location}`));
  tally.check(
    'what the person does is proposed, and nothing else',
    asked.length === PROPOSED.size && learnt.length === PROPOSED.size,
    inWords(learnt),
  );
  for (const one of asked) {
    const refusal = await administrator.accept(subjectOf(one), one.location);
    tally.check(`${subjectOf(one)} is accepted at ${one.location}`, refusal === null, refusal ?? '');
  }
}

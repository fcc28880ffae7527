/**
 * A package whose postinstall runs Python over the person's secrets, installed by a real `npm install` without a network: blocked, and in
 * the inbox. What the person's own tools do with the same files is not.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InboxEntry } from '../../../core/protocol/everyone.ts';
import { asDev, give, HOME, type Said, sleep, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import type { Administrator } from './administrator.ts';
import { standIn } from './stand-ins.ts';

const PROJECT = `${HOME}/shop`;
const PLACE = '/srv/everyone-remote';
const PORT = 2223;
const UP_WITHIN_MS = 60_000;
const LOOKED_MS = 12_000;
const MARKER = 'ringfence-fake-secret';

/** What the script reads, and the location that it is. */
const TARGETS: Readonly<Record<string, string>> = {
  'ssh-keys': `${HOME}/.ssh/id_rsa`,
  aws: `${HOME}/.aws/credentials`,
  'npm-token': `${HOME}/.npmrc`,
  firefox: `${HOME}/.mozilla/firefox/abcd.default/cookies.sqlite`,
  chromium: `${HOME}/.config/google-chrome/Default/Cookies`,
};

const STEAL = `import json
said = {}
for name, path in json.load(open('targets.json')).items():
    try:
        said[name] = open(path, 'rb').read().decode('latin-1')
    except OSError as error:
        said[name] = error.errno
json.dump(said, open('${PROJECT}/said.json', 'w'))
`;

/** A person's files, and a project whose dependency is a package from a local file. */
export function layOutProject(): void {
  rmSync(`${HOME}/.ssh`, { recursive: true, force: true });
  mkdirSync(`${HOME}/.ssh`, { mode: 0o700 });
  for (const kind of ['rsa', 'ed25519'])
    execFileSync('ssh-keygen', ['-q', '-t', kind, '-N', '', '-C', MARKER, '-f', `${HOME}/.ssh/id_${kind}`]);
  give(TARGETS.aws ?? '', `[default]\naws_secret_access_key = ${MARKER}\n`);
  // what npm does not know it complains of, but reads
  give(
    TARGETS['npm-token'] ?? '',
    `fund=false\n//registry.invalid/:_authToken=${MARKER}\ninit-author-name=${MARKER}\n`,
  );
  give(TARGETS.firefox ?? '', MARKER);
  give(TARGETS.chromium ?? '', MARKER);
  give(`${HOME}/.git-credentials`, `https://dev:${MARKER}@git.invalid\n`);
  const scripts = { postinstall: 'python3 steal.py' };
  give(`${HOME}/package/package.json`, JSON.stringify({ name: 'left-pad-again', version: '1.0.0', scripts }));
  give(`${HOME}/package/steal.py`, STEAL);
  give(`${HOME}/package/targets.json`, JSON.stringify(TARGETS));
  const packed = asDev(['tar', 'czf', 'left-pad-again.tgz', 'package']);
  if (packed.status !== 0) throw new Error(packed.stderr);
}

/** What the package's script has come by. */
function install(): { readonly said: Said; readonly came: Readonly<Record<string, string | number>> } {
  rmSync(PROJECT, { recursive: true, force: true });
  give(`${PROJECT}/package.json`, JSON.stringify({ name: 'shop', version: '1.0.0' }));
  const words = ['install', '--offline', '--no-audit', '--foreground-scripts', '../left-pad-again.tgz'];
  const said = asDev(['/bin/sh', '-c', `cd ${PROJECT} && PATH=/usr/bin:/bin npm ${words.join(' ')}`]);
  try {
    return { said, came: JSON.parse(readFileSync(`${PROJECT}/said.json`, 'utf8')) };
  } catch {
    return { said, came: {} };
  }
}

export function unguardedInstall(tally: Tally): void {
  layOutProject();
  const { said, came } = install();
  for (const name of Object.keys(TARGETS))
    tally.check(
      `control: without the guard it reads ${name}`,
      String(came[name]).length > 10,
      `${came[name]} ${said.stderr}`,
    );
}

export async function guardedInstall(tally: Tally, administrator: Administrator): Promise<void> {
  layOutProject();
  administrator.lookFromNow();
  const { said, came } = install();
  tally.check('npm itself does its work', said.status === 0, `${said.status} ${said.stdout} ${said.stderr}`);
  for (const name of Object.keys(TARGETS))
    tally.check(`it does not read ${name}`, came[name] === 1, String(came[name]));
  const isOfScript = ({ program, location }: InboxEntry) => /\/python3[.0-9]*$/.test(program) && location in TARGETS;
  const entries = await administrator.inboxWith(
    (now) => new Set(now.filter(isOfScript).map(({ location }) => location)).size === Object.keys(TARGETS).length,
  );
  for (const name of Object.keys(TARGETS)) {
    const entry = entries.find((one) => isOfScript(one) && one.location === name);
    tally.check(
      `${name} is asked about`,
      entry?.verdict === 'block' && entry.operations.includes('read'),
      JSON.stringify(entry),
    );
  }
  const others = entries.filter((one) => !isOfScript(one) && one.verdict === 'block');
  tally.check('nothing else is', others.length === 0, JSON.stringify(others));
  const refused = await administrator.accept('/usr/bin/python3', 'ssh-keys');
  tally.check('Python cannot be accepted', refused !== null, 'it was');
}

/** Real programs and stand-ins, as their own person uses them. */
export async function ownTools(tally: Tally, administrator: Administrator, doer: string): Promise<void> {
  layOutProject();
  administrator.lookFromNow();
  const server = await startServer();
  const key = `${HOME}/.ssh/id_ed25519`;
  const shows = (name: string, words: readonly string[], pattern: RegExp) => {
    const said = asDev(words);
    tally.check(`${name} is not stopped`, pattern.test(said.stdout), `${said.status} ${said.stdout} ${said.stderr}`);
  };
  shows('ssh-keygen', ['ssh-keygen', '-y', '-f', key], /^ssh-ed25519 /);
  shows('ssh', ['ssh', '-i', key, '-p', String(PORT), 'dev@127.0.0.1', 'echo', 'logged-in'], /^logged-in$/m);
  shows('git over ssh', ['git', 'ls-remote', `ssh://dev@127.0.0.1:${PORT}${PLACE}/remote.git`], /refs\/heads\/main/);
  shows(
    'git with stored passwords',
    [
      '/bin/sh',
      '-c',
      "printf 'protocol=https\\nhost=git.invalid\\n\\n' | git -c credential.helper=store credential fill",
    ],
    new RegExp(`password=${MARKER}`),
  );
  shows('npm', ['/bin/sh', '-c', 'PATH=/usr/bin:/bin npm config get init-author-name'], new RegExp(MARKER));
  server();
  for (const [name, program, path] of [
    ['an aws', '/usr/bin/aws', TARGETS.aws],
    ['a Firefox', '/usr/lib/firefox-esr/firefox-esr', TARGETS.firefox],
    ['a Chrome', '/opt/google/chrome/chrome', TARGETS.chromium],
  ]) {
    give(
      `${HOME}/use`,
      `1\tread\t${path}\n2\tappend\t${path}\n3\tcreate\t${path}-journal\n4\tunlink\t${path}-journal\n`,
    );
    const takeAway = standIn(doer, program ?? '');
    // the helper looks for what was installed since every few seconds
    await sleep(LOOKED_MS);
    const own = path === TARGETS.aws ? /^1=0\n2=0\n/ : /^1=0\n2=0\n3=0\n4=0\n$/;
    shows(`${name}-like stand-in`, [program ?? '', `${HOME}/use`], own);
    takeAway();
  }
  await sleep(LOOKED_MS);
  const blocked = (await administrator.inbox()).filter(({ verdict }) => verdict === 'block');
  tally.check('and nothing is asked', blocked.length === 0, JSON.stringify(blocked));
}

/** sshd on loopback, into which the person logs in by key. */
async function startServer(): Promise<() => void> {
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE, { recursive: true });
  mkdirSync('/run/sshd', { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(PLACE, 'host')]);
  const host = readFileSync(join(PLACE, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ').trim();
  writeFileSync(`${HOME}/.ssh/known_hosts`, `[127.0.0.1]:${PORT} ${host}\n`);
  writeFileSync(join(PLACE, 'authorized'), readFileSync(`${HOME}/.ssh/id_ed25519.pub`));
  const settings = {
    ...{ Port: PORT, ListenAddress: '127.0.0.1', HostKey: join(PLACE, 'host'), UsePAM: 'no', StrictModes: 'no' },
    ...{ AuthorizedKeysFile: join(PLACE, 'authorized'), PasswordAuthentication: 'no', PidFile: 'none' },
    ...{ LoginGraceTime: '600', MaxStartups: '100' },
  };
  const text = Object.entries(settings).map((pair) => `${pair.join(' ')}\n`);
  writeFileSync(join(PLACE, 'config'), text.join(''));
  const made = execFileSync('/bin/sh', [
    '-c',
    `git init -q --bare -b main ${PLACE}/remote.git && git init -q -b main /tmp/everyone-first && cd /tmp/everyone-first && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first && git push -q ${PLACE}/remote.git main && rm -r /tmp/everyone-first`,
  ]);
  chmodSync(PLACE, 0o755);
  execFileSync('chown', ['-R', '1000:1000', `${PLACE}/remote.git`, `${HOME}/.ssh`]);
  const server = spawn('/usr/sbin/sshd', ['-D', '-f', join(PLACE, 'config'), '-E', join(PLACE, 'log')], {
    stdio: 'inherit',
  });
  const answers = () => asDev(['ssh-keyscan', '-p', String(PORT), '127.0.0.1']).stdout.includes('ssh-');
  if (!(await until(answers, UP_WITHIN_MS))) throw new Error(`nobody answers: ${made.toString()}`);
  return () => server.kill('SIGTERM');
}

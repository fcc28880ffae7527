/** A server on loopback that takes pushes over ssh, a user who may push there by a key, and an agent of theirs. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asDev, give, HOME, type Said, skill, startAsDev, until } from '../installed.ts';

export const WORK = `${HOME}/work`;
export const TRICKS = `${WORK}/tricks`;
export const REPOSITORY = `${WORK}/repository`;
export const KEY = `${HOME}/.ssh/id_ed25519`;
const PORT = 2222;
const PLACE = '/srv/ringfence-remote';
const BARE = `${PLACE}/remote.git`;
export const LOGIN = `-p ${PORT} dev@127.0.0.1`;
export const URL = `ssh://dev@127.0.0.1:${PORT}${BARE}`;
/** The same server by a name for which no host key is known. */
export const UNKNOWN_URL = `ssh://dev@localhost:${PORT}${BARE}`;
const RINGFENCE = '/opt/ringfence/bin/ringfence';
const UP_WITHIN_MS = 60_000;

const asRoot = (program: string, ...words: string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export class Remote {
  readonly #server: ChildProcess;

  private constructor(server: ChildProcess) {
    this.#server = server;
  }

  static async start(): Promise<Remote> {
    rmSync(PLACE, { recursive: true, force: true });
    mkdirSync(PLACE, { recursive: true });
    mkdirSync('/run/sshd', { recursive: true });
    makeKeys();
    asDev(['git', 'init', '--quiet', '--bare', BARE]);
    makeRepository();
    const server = spawn('/usr/sbin/sshd', ['-D', '-f', join(PLACE, 'config'), '-E', join(PLACE, 'log')], {
      stdio: 'inherit',
    });
    const isUp = () => asDev(['git', 'ls-remote', URL]).status === 0;
    if (!(await until(isUp, UP_WITHIN_MS))) throw new Error(`nobody answers: ${Remote.log()}`);
    const pushed = asDev(['/bin/sh', '-c', PUSH]);
    if (pushed.status !== 0) throw new Error(`control: no push is taken: ${pushed.stderr} ${Remote.log()}`);
    return new Remote(server);
  }

  static log(): string {
    return readFileSync(join(PLACE, 'log'), 'utf8');
  }

  /** The commits that were pushed. */
  static commits(): number {
    const said = asDev(['git', '--git-dir', BARE, 'rev-list', '--count', '--all']);
    return Number(said.stdout);
  }

  /** A branch that was pushed before, if it was. */
  static forget(branch: string): void {
    asDev(['git', '--git-dir', BARE, 'update-ref', '-d', `refs/heads/${branch}`]);
  }

  end(): void {
    this.#server.kill('SIGTERM');
  }
}

function makeKeys(): void {
  rmSync(`${HOME}/.ssh`, { recursive: true, force: true });
  mkdirSync(`${HOME}/.ssh`, { mode: 0o700 });
  asRoot('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'ringfence-test', '-f', KEY);
  asRoot('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(PLACE, 'host'));
  const host = readFileSync(join(PLACE, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  give(`${HOME}/.ssh/known_hosts`, `[127.0.0.1]:${PORT} ${host.trim()}\n`);
  give(`${HOME}/.ssh/config`, 'Host never-used\n  User nobody\n');
  for (const name of ['id_ed25519', 'known_hosts', 'config']) chmodSync(`${HOME}/.ssh/${name}`, 0o600);
  const settings = {
    ...{ Port: PORT, ListenAddress: '127.0.0.1', HostKey: join(PLACE, 'host'), UsePAM: 'no', StrictModes: 'no' },
    ...{ AuthorizedKeysFile: join(PLACE, 'authorized'), PasswordAuthentication: 'no', PidFile: 'none' },
    // an emulated machine takes its time
    ...{ LoginGraceTime: '600', MaxStartups: '100' },
  };
  writeFileSync(join(PLACE, 'authorized'), readFileSync(`${KEY}.pub`));
  writeFileSync(
    join(PLACE, 'config'),
    Object.entries(settings)
      .map((pair) => `${pair.join(' ')}\n`)
      .join(''),
  );
  execFileSync('chown', ['-R', '1000:1000', BARE.replace(/\/[^/]*$/, '/authorized')]);
  chmodSync(PLACE, 0o777);
}

function makeRepository(): void {
  give(`${REPOSITORY}/file`, 'first\n');
  const git = (...words: string[]) => {
    const { status, stderr } = asDev(['git', '-C', REPOSITORY, ...words]);
    if (status !== 0) throw new Error(stderr);
  };
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'user.name', 'dev');
  git('config', 'user.email', 'dev@ringfence-guest');
  git('remote', 'add', 'origin', URL);
}

/** Everything but the protected location is granted, so that only that stands in the way of what is tried. */
export const PERMISSIONS = {
  exec: [
    '/usr/bin/*',
    '/bin/*',
    '/usr/lib/git-core/*',
    '/lib64/*',
    '/usr/lib/x86_64-linux-gnu/*',
    '~/work/**',
    '~/bin/**',
  ],
  filesystem: { read: ['~/**', '/etc/**'], write: ['~/**'] },
  network: { egress: [`127.0.0.1:${PORT}`, `[::1]:${PORT}`] },
  broad: true,
};

const manifests = new Map<string, string>();

/** The command within a session of its own. */
export function agent(script: string, more: object = {}): { readonly ended: Promise<Said> } {
  const name = `pusher-${manifests.size + 1}`;
  const key = JSON.stringify(more);
  const manifest = manifests.get(key) ?? skill(name, { ...PERMISSIONS, ...more });
  manifests.set(key, manifest);
  return startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', '/bin/sh', '-c', script]);
}

/** A new commit, and the way to push it. */
export const PUSH = `cd ${REPOSITORY} && git commit --quiet --allow-empty -m more && git push --quiet origin main`;

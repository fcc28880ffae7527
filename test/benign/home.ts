/** The home and the project of somebody who develops: made anew for each run, the same each time. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HOME } from '../attacks/places.ts';
import { asDev, give } from '../kernel/installed.ts';
import { type BenignCase, CASES } from './case.ts';

export const WORKSPACE = `${HOME}/project`;
/** Where the starter of Claude Code lets its program lie, and the user alone puts it. */
export const AGENT = `${HOME}/.nvm/versions/node/v26.0.0/lib/node_modules/@anthropic-ai/claude-code/claude`;

/** Made by the guard and by sshd’s side of a push, and known to them. */
const KEPT = ['.ssh', '.config', 'work', 'skills'];

const SECRETS: Readonly<Record<string, string>> = {
  '.npmrc': '//packages.example.org/:_authToken=not-a-token\n',
  '.netrc': 'machine example.org login dev password not-a-password\n',
  '.git-credentials': 'https://dev:not-a-password@example.org\n',
  '.aws/credentials': '[default]\naws_secret_access_key = not-a-key\n',
};

const SETTINGS: Readonly<Record<string, string>> = {
  '.gitconfig':
    '[user]\n\tname = Dev\n\temail = dev@example.org\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n',
  '.bashrc': 'alias ll="ls -l"\n',
  '.profile': 'PATH="$HOME/.local/bin:$PATH"\n',
};

export function makeHome(cases: readonly BenignCase[]): void {
  for (const name of readdirSync(HOME)) if (!KEPT.includes(name)) execFileSync('rm', ['-rf', join(HOME, name)]);
  for (const [path, content] of Object.entries({ ...SECRETS, ...SETTINGS })) give(join(HOME, path), content);
  for (const folder of ['.npm', '.cache', 'project/.wheels', 'project/.signing']) give(join(HOME, folder));
  execFileSync('python3', [join(import.meta.dirname, 'make-wheel.py'), join(WORKSPACE, '.wheels')]);
  makeAgent();
  makeProject(cases);
  makeSigningKey();
  give(HOME);
}

function makeAgent(): void {
  give(AGENT, '');
  copyFileSync(join(import.meta.dirname, 'run.sh'), AGENT);
  execFileSync('chmod', ['755', AGENT]);
}

function makeProject(cases: readonly BenignCase[]): void {
  for (const { name } of cases) {
    const script = join(WORKSPACE, '.cases', `${name}.sh`);
    give(script, '');
    copyFileSync(join(CASES, `${name}.sh`), script);
  }
  const { status, stderr } = asDev(['git', 'init', '--quiet', WORKSPACE]);
  if (status !== 0) throw new Error(stderr);
}

/** The same key in each run, so that the same commit has the same name. */
function makeSigningKey(): void {
  const kept = '/home/project_signing';
  if (!existsSync(kept)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'project', '-f', kept]);
  for (const ending of ['', '.pub'])
    copyFileSync(kept + ending, join(WORKSPACE, '.signing', `project_signing${ending}`));
}

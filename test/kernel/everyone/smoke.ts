/** One of each kind: what is held, what is not, who is trusted, and what is on record. Each trick works before the guard is there. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { asDev, give, Helper, HOME, records, ringfence, type Said, skill, trustDev, until } from '../installed.ts';
import type { Tally } from '../tally.ts';

const SETTINGS = '/var/lib/ringfence/everyone.json';
const SECRET = 'a-secret';
const KEY = `${HOME}/.ssh/id_rsa`;
const TOLD_WITHIN_MS = 30_000;

const REOPENS = `import os; fd = os.open('.aws/credentials', os.O_PATH); print(open(f'/proc/self/fd/{fd}').read())`;

/** By /bin/sh in the home; each prints the secret, or leaves what `planted` names. */
const TRICKS: Readonly<Record<string, { readonly script: string; readonly planted?: string }>> = {
  'reads a file': { script: 'cat .aws/credentials' },
  'reads by an interpreter': { script: `python3 -c "print(open('.npmrc').read())"` },
  'reads by a symbolic link': { script: 'ln -s ~/.aws/credentials l; cat l; rm l' },
  'reads by a link to the folder': { script: 'ln -s ~/.aws l; cat l/credentials; rm l' },
  'reads by a hard link': { script: 'ln .aws/credentials h && cat h; rm -f h' },
  'moves the file away': { script: 'mv .aws/credentials m && cat m && mv m .aws/credentials' },
  'moves its folder away': { script: 'mv .aws m && cat m/credentials; mv m .aws' },
  'moves the folder above away': { script: 'mv .config m && cat m/gcloud/credentials.db; mv m .config' },
  'reads by a bind mount': {
    script: `mkdir -p b; unshare --map-root-user --mount sh -c 'mount --bind .aws b && cat b/credentials'`,
  },
  'opens a descriptor again': { script: `python3 -c "${REOPENS}"` },
  'executes a copy of a trusted program': { script: 'cp /usr/bin/ssh-keygen k && ./k -y -f .ssh/id_rsa; rm -f k' },
  'preloads a library into a trusted program': {
    script: 'LD_PRELOAD=/lib/x86_64-linux-gnu/libc.so.6 ssh-keygen -y -f .ssh/id_rsa',
  },
  'creates what is absent': { script: 'echo x > .netrc', planted: `${HOME}/.netrc` },
  'moves a file to what is absent': { script: 'echo x > n; mv n .netrc; rm -f n', planted: `${HOME}/.netrc` },
  'moves a folder to what is absent': {
    script: 'mkdir f; echo x > f/config; mv f .oci; rm -rf f',
    planted: `${HOME}/.oci/config`,
  },
  'links a folder to what is absent': {
    script: 'mkdir -p f; echo x > f/config; ln -s f .oci',
    planted: `${HOME}/.oci/config`,
  },
  'starts with the desktop': {
    script: 'mkdir -p .config/autostart; echo x > .config/autostart/x.desktop',
    planted: `${HOME}/.config/autostart/x.desktop`,
  },
};

const inHome = (script: string): Said => asDev(['/bin/sh', '-c', `cd ${HOME}; ${script}`]);

export async function smoke(tally: Tally): Promise<void> {
  layOut();
  trustDev();
  tryAll(tally, false);
  const helper = new Helper();
  await helper.start();
  layOut();
  const read = inHome('cat .aws/credentials');
  tally.check('while it learns, nothing is stopped', read.stdout.includes(SECRET), read.stderr);
  await expectRecord(tally, 'what would be', { verdict: 'audit', would_be: 'require_approval', location: 'aws' });
  await helper.end('SIGTERM');
  enforce();
  await helper.start();
  layOut();
  tryAll(tally, true);
  await expectRecord(tally, 'what was stopped', { verdict: 'block', location: 'aws', operation: 'read', uid: 1000 });
  tally.check(
    'the record names the program',
    records().some(
      ({ kind, program, location }) => kind === 'everyone' && program === '/usr/bin/cat' && location === 'aws',
    ),
  );
  othersAreFree(tally);
  agentsAreKept(tally);
  await expectRecord(tally, 'what an agent was refused', { kind: 'decision', location: 'aws', reason: 'location' });
  await helper.end('SIGTERM');
}

function tryAll(tally: Tally, guarded: boolean): void {
  for (const [name, { script, planted }] of Object.entries(TRICKS)) {
    layOut();
    const { stdout, stderr } = inHome(script);
    const worked = planted ? existsSync(planted) : stdout.includes(SECRET) || stdout.includes('ssh-rsa');
    tally.check(
      guarded ? `who ${name} is stopped` : `control: who ${name} succeeds`,
      worked !== guarded,
      stdout + stderr,
    );
  }
}

/** What is nobody's secret, and whom the secrets are for. */
function othersAreFree(tally: Tally): void {
  layOut();
  const trusted = inHome('ssh-keygen -y -f .ssh/id_rsa');
  tally.check('a trusted program reads its own', trusted.stdout.startsWith('ssh-rsa'), trusted.stderr);
  const elsewhere = inHome('GIT_CONFIG_GLOBAL=.aws/credentials git config --list');
  tally.check('but not another one’s', !elsewhere.stdout.includes(SECRET), elsewhere.stdout);
  const work = inHome('mkdir -p w/.git && echo ok > w/.git/config && mv w w2 && cat w2/.git/config && rm -r w2');
  tally.check('ordinary work goes on', work.stdout === 'ok\n', work.stderr);
  const listed = inHome('ls .aws');
  tally.check('folders can be listed', listed.stdout === 'credentials\n', listed.stderr);
  const noted = inHome('echo "# x" >> .bashrc && tail -n 1 .bashrc');
  tally.check('what is only put on record goes on', noted.stdout === '# x\n', noted.stderr);
  tally.check('root is not held', readFileSync(`${HOME}/.aws/credentials`, 'utf8').includes(SECRET));
}

/** Whatever a manifest grants, but for what is the agent's own. */
function agentsAreKept(tally: Tally): void {
  layOut();
  give(`${HOME}/.claude/.credentials.json`, SECRET);
  give(`${HOME}/agents/notes`, 'granted');
  for (const name of ['claude', 'other']) {
    copyFileSync('/bin/cat', `${HOME}/agents/${name}`);
    chmodSync(`${HOME}/agents/${name}`, 0o755);
  }
  const permissions = {
    filesystem: { read: ['~/**'], write: ['~/**'] },
    exec: ['/usr/bin/*', '~/agents/*'],
    broad: true,
  };
  const manifest = skill('reader', permissions);
  const said = (name: string, file: string) =>
    ringfence('run', '--manifest', manifest, '--', `${HOME}/agents/${name}`, `${HOME}/${file}`);
  const granted = said('other', 'agents/notes');
  tally.check('an agent reads what it is granted', granted.stdout === 'granted', granted.stderr);
  const refused = said('other', '.aws/credentials');
  tally.check('but no secret that its manifest grants', refused.status === 1 && refused.stdout === '', refused.stderr);
  const foreign = said('other', '.claude/.credentials.json');
  tally.check('nor another agent’s', foreign.status === 1 && foreign.stdout === '', foreign.stderr);
  const own = said('claude', '.claude/.credentials.json');
  tally.check('its own it does', own.stdout === SECRET, own.stderr);
}

function layOut(): void {
  for (const left of ['m', 'b', 'f', 'h', 'l', 'k', 'n', '.oci', '.netrc', '.aws', '.config/autostart'])
    rmSync(`${HOME}/${left}`, { recursive: true, force: true });
  give(`${HOME}/.aws/credentials`, SECRET);
  give(`${HOME}/.npmrc`, SECRET);
  give(`${HOME}/.config/gcloud/credentials.db`, SECRET);
  give(`${HOME}/.bashrc`, '');
  if (!existsSync(KEY)) {
    mkdirSync(`${HOME}/.ssh`, { recursive: true });
    give(`${HOME}/.ssh`);
    const made = asDev(['ssh-keygen', '-q', '-t', 'rsa', '-N', '', '-f', KEY]);
    if (made.status !== 0) throw new Error(made.stderr);
  }
}

function enforce(): void {
  const stored = JSON.parse(readFileSync(SETTINGS, 'utf8'));
  writeFileSync(SETTINGS, JSON.stringify({ ...stored, stage: 'enforcing', until: null }));
}

async function expectRecord(tally: Tally, what: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const isThere = () =>
    records().some(
      (record) =>
        record.kind === (fields.kind ?? 'everyone') &&
        Object.entries(fields).every(([name, value]) => record[name] === value),
    );
  tally.check(`${what} is on record`, await until(isThere, TOLD_WITHIN_MS));
}

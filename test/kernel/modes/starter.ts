/** An installed starter in the installed product: what it opens, and what stays closed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { asDev, give, HOME, ringfence } from '../installed.ts';
import type { Tally } from '../tally.ts';

const RINGFENCE = '/opt/ringfence/bin/ringfence';
const INSTALLED = '/etc/ringfence/starters/pi/clawmanifest.json';
const STARTERS = dirname(dirname(INSTALLED));
const ON_DISK = '/home/starters';
const FOLDER = '/usr/local/lib/node_modules/@mariozechner/pi-coding-agent';
const AGENT = `${FOLDER}/pi`;
/** As Chromium names what a page is painted in, and makes it for its user alone. */
const PAINTED = '/dev/shm/.org.chromium.Chromium.Ab12Cd';
const TAKEN = '/dev/shm/mine';
const DEEDS = [
  'cat ~/project/plan.txt',
  'echo made > ~/project/made.txt',
  'cat ~/.aws/credentials',
  'echo planted >> ~/.bashrc',
  `echo '{}' > ${INSTALLED}`,
  `cat ${PAINTED}`,
  `echo forged > ${PAINTED}`,
  `mv ${PAINTED} ${TAKEN}; cat ${TAKEN}`,
];

/** Makes it anew, the user's own. */
function paint(): void {
  for (const path of [PAINTED, TAKEN]) rmSync(path, { force: true });
  give(PAINTED, 'the-prompt');
  execFileSync('chown', ['dev:dev', PAINTED]);
}

/** The guest's own root is an overlay, on which no skill is bound. */
export function putStartersOnDisk(): void {
  for (const folder of [STARTERS, ON_DISK]) mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['--bind', ON_DISK, STARTERS]);
}

export function starter(tally: Tally): void {
  give(`${HOME}/project/plan.txt`, 'the-plan');
  give(`${HOME}/.aws/credentials`, 'the-key');
  give(`${HOME}/.bashrc`, '');
  paint();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(AGENT, `#!/bin/sh\ncd ~/project\n${DEEDS.join('\n')}\n`);
  chmodSync(AGENT, 0o755);
  const control = asDev([AGENT]);
  tally.check('control: unguarded it reads the key', control.stdout.includes('the-key'), control.stderr);
  tally.check(
    'control: and what a browser is painted in, changes it, and takes it',
    /the-prompt\s*forged/.test(control.stdout),
  );
  give(`${HOME}/.bashrc`, '');
  paint();
  const run = () => asDev(['/bin/sh', '-c', `cd ~/project && exec ${RINGFENCE} run ${AGENT}`]);
  const without = run();
  tally.check(
    'none is installed: it is not run, and what to do is said',
    without.status === 125 && without.stderr.includes('ringfence starters install pi'),
    `${without.status} ${without.stderr}`,
  );
  tally.check(
    'a user does not install one',
    ringfence('starters', 'install', 'pi').status !== 0 && !existsSync(INSTALLED),
  );
  const { status, stderr } = spawnSync(RINGFENCE, ['starters', 'install', 'pi'], { encoding: 'utf8' });
  tally.check('root does', status === 0 && existsSync(INSTALLED), stderr);
  const said = run();
  tally.check(
    'it reads and writes its project',
    said.stdout.includes('the-plan') && existsSync(`${HOME}/project/made.txt`),
    said.stderr,
  );
  tally.check('it reads no keys', !said.stdout.includes('the-key'), said.stdout);
  tally.check(
    'it neither sees nor changes what a browser is painted in',
    !said.stdout.includes('the-prompt') && readFileSync(PAINTED, 'utf8') === 'the-prompt',
    said.stdout,
  );
  const planted = asDev(['/bin/cat', `${HOME}/.bashrc`, INSTALLED]).stdout;
  tally.check(
    'it changes neither start-up files nor its starter',
    !planted.includes('planted') && planted.includes('"skill_id": "pi"'),
  );
}

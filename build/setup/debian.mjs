// Debian packages: installed when root or passwordless sudo allows it, otherwise named in one command to run.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly, say } from './progress.mjs';

const LISTS_ARE_FRESH_MS = 24 * 60 * 60 * 1000;

/**
 * @param {readonly string[]} names
 * @returns {string[] | null} those not installed, or null where there is no dpkg
 */
export function missingPackages(names) {
  if (names.length === 0) return [];
  const query = spawnSync('dpkg-query', ['--show', `--showformat=\${Package} \${db:Status-Status}\n`, ...names], {
    encoding: 'utf8',
  });
  if (query.error) return null;
  return notInstalled(names, query.stdout);
}

/** @param {readonly string[]} names @param {string} listing lines of "NAME STATUS" */
export function notInstalled(names, listing) {
  const installed = new Set(
    listing
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** What to put before apt-get: nothing as root, sudo where it asks for no password, null where neither works. */
function elevation() {
  if (process.getuid?.() === 0) return [];
  const sudo = spawnSync('sudo', ['--non-interactive', 'true'], { stdio: 'ignore' });
  return sudo.status === 0 ? ['sudo', '--non-interactive'] : null;
}

/**
 * @param {readonly string[]} prefix @param {string} root @param {string} title
 * @param {readonly [string, ...string[]]} task what apt-get shall do
 */
function aptGet(prefix, root, title, task) {
  // `env` because sudo drops the environment; the lock timeout because another apt may be at work.
  const settings = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300', '-q'];
  const [command = 'env', ...rest] = [...prefix, 'env', ...settings, ...task];
  return runQuietly({ title, command, arguments: rest, cwd: root, log: join(root, `.cache/setup/apt-${task[0]}.log`) });
}

/** @param {readonly string[]} prefix @param {string} root */
async function updateLists(prefix, root) {
  const updated = await aptGet(prefix, root, 'asking apt for its package lists', ['update']);
  if (!updated) say('going on with the package lists that are there');
}

/** @param {string} root @param {readonly string[]} names @returns {Promise<boolean>} whether all of them are installed */
export async function installPackages(root, names) {
  const missing = missingPackages(names);
  if (missing === null) {
    say(`this needs Debian or Ubuntu (there is no dpkg-query here), with these packages: ${names.join(' ')}`);
    return false;
  }
  if (missing.length === 0) return true;
  const prefix = elevation();
  if (prefix === null) {
    say('these Debian packages are missing, and installing them needs root. Run this once, then try again:');
    const line = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`;
    process.stderr.write(`\n  ${line}\n\n`);
    return false;
  }
  await updateLists(prefix, root);
  const install = /** @type {const} */ (['install', '-y', '--no-install-recommends', ...missing]);
  return aptGet(prefix, root, `installing Debian packages: ${missing.join(' ')}`, install);
}

/**
 * The guest's kernels are downloaded through apt: as long as none is there, apt has to know today's versions. Where that
 * takes a root that we are not, the guest says what to run if it turns out to matter.
 * @param {string} root
 */
export async function letAptKnowKernels(root) {
  const kernels = join(root, '.cache/vm/kernels');
  const cached = statSync(kernels, { throwIfNoEntry: false }) ? readdirSync(kernels) : [];
  if (cached.some((name) => name.startsWith('linux-image-'))) return;
  const lists = statSync('/var/lib/apt/lists/partial', { throwIfNoEntry: false }); // touched by each update
  if (lists && Date.now() - lists.mtimeMs < LISTS_ARE_FRESH_MS) return;
  const prefix = elevation();
  if (prefix !== null) await updateLists(prefix, root);
}

// Debian packages: installed when root or passwordless sudo allows it, otherwise named in one command to run.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runQuietly, say } from './progress.mjs';

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

/** @param {string} root @param {readonly string[]} names @returns {Promise<boolean>} whether all of them are installed */
export async function installPackages(root, names) {
  const missing = missingPackages(names);
  if (missing === null) {
    say(`this needs Debian or Ubuntu (no dpkg-query here), with these packages: ${names.join(' ')}`);
    return false;
  }
  if (missing.length === 0) return true;
  const prefix = elevation();
  if (prefix === null) {
    say('these Debian packages are missing and installing them needs root. Run this once, then try again:');
    process.stderr.write(
      `\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing.join(' ')}\n\n`,
    );
    return false;
  }
  const log = (/** @type {string} */ name) => join(root, `.cache/setup/${name}.log`);
  // `env` because sudo drops the environment; the lock timeout because another apt may be at work.
  const apt = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300', '-q'];
  const [command = 'env', ...rest] = apt;
  const updated = await runQuietly({
    title: 'asking apt for its package lists',
    command,
    arguments: [...rest, 'update'],
    cwd: root,
    log: log('apt-update'),
  });
  if (!updated) say('going on with the package lists that are there');
  return runQuietly({
    title: `installing Debian packages: ${missing.join(' ')}`,
    command,
    arguments: [...rest, 'install', '-y', '--no-install-recommends', ...missing],
    cwd: root,
    log: log('apt-install'),
  });
}

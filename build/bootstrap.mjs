// Every npm script starts here. Plain JavaScript for Node 20, no dependencies: on a fresh clone nothing else is there yet.
// Installs what is missing, then goes on under the pinned Node.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS, commandFor } from './commands.mjs';
import { installPackages, letAptKnowKernels } from './setup/debian.mjs';
import { installModules, pinnedNode } from './setup/modules.mjs';
import { say } from './setup/progress.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * @param {string} script @param {readonly string[]} given
 * @returns {Promise<number>} exit status, 128 + signal when killed by one
 */
async function runUnderPinnedNode(script, given) {
  const node = pinnedNode(ROOT);
  const path = [dirname(node), join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const child = spawn(node, [join(ROOT, script), ...given], { stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      say(`${node} does not start: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** @param {readonly string[]} argv @returns {Promise<number>} */
async function main([name = '', ...given]) {
  const command = commandFor(name, given);
  if (command === undefined) {
    say(`there is no command ${JSON.stringify(name)}; there are: ${Object.keys(COMMANDS).join(', ')}`);
    return 2;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    say(`Ringfence builds and runs on x64 Linux; this is ${process.arch} ${process.platform}.`);
    return 1;
  }
  if (!(await installPackages(ROOT, command.packages))) return 1;
  if (command.guest) await letAptKnowKernels(ROOT);
  if (!(await installModules(ROOT))) return 1;
  if (command.build) {
    const status = await runUnderPinnedNode('build/build.ts', command.desktop ? ['--desktop'] : []);
    if (status !== 0) return status;
  }
  return runUnderPinnedNode(command.script, [...(command.before ?? []), ...given]);
}

process.exitCode = await main(process.argv.slice(2));

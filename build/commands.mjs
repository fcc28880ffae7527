// What each npm script runs and what it needs. `npm run NAME -- ARGS` is `node build/bootstrap.mjs NAME ARGS`.
import { readFileSync } from 'node:fs';

/** Compilers and libraries for the kernel programs and the addons. */
const COMPILE = ['clang', 'llvm', 'libbpf-dev', 'libelf-dev', 'zlib1g-dev', 'gcc', 'g++', 'make'];

/** What boots a Debian kernel beside the machine's own, and the programs that agents and attacks run inside. */
const GUEST = [
  'qemu-system-x86',
  'qemu-system-common',
  'busybox-static',
  'e2fsprogs',
  'xz-utils',
  'python3',
  'git',
  ...virtiofsd(),
];

/** What tests start beside that: shells and users of theirs, and what shows that a file is well-formed. */
const TESTS = ['cpio', 'sudo', 'zsh', 'fish', 'bubblewrap', 'dbus-daemon', 'polkitd', 'pkexec', 'procps', 'openssl'];

/** Debian 12 has virtiofsd in qemu-system-common; later releases and Ubuntu have it in a package of its own. */
function virtiofsd() {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // no os-release: no Debian either, and installing says so
  }
  return /^VERSION_ID="?12"?$/m.test(release) ? [] : ['virtiofsd'];
}

/**
 * @typedef {object} Command
 * @property {string} script run under the pinned Node with the arguments that were given
 * @property {readonly string[]} packages Debian packages it needs
 * @property {boolean} guest whether it boots kernels, which apt has to know
 * @property {boolean} build whether the product is built first
 * @property {readonly string[]} [before] arguments put before the given ones
 */

/** @type {Readonly<Record<string, Command>>} */
export const COMMANDS = {
  build: { script: 'build/build.ts', packages: COMPILE, guest: false, build: false },
  check: { script: 'build/check.ts', packages: [], guest: false, build: false },
  test: { script: 'build/test.ts', packages: [...COMPILE, ...GUEST, ...TESTS], guest: true, build: false },
  demo: { script: 'test/demo/main.ts', packages: [...COMPILE, ...GUEST], guest: true, build: true },
  vm: { script: 'test/vm/main.ts', packages: [...COMPILE, ...GUEST], guest: true, build: true },
  attacks: { script: 'test/attacks/main.ts', packages: [...COMPILE, ...GUEST], guest: true, build: true },
  doctor: { script: 'cli/main.ts', packages: COMPILE, guest: false, build: true, before: ['doctor'] },
};

/**
 * What this very call needs: a few unit tests need no Debian package at all.
 * @param {string} name @param {readonly string[]} given
 * @returns {Command | undefined}
 */
export function commandFor(name, given) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name !== 'test' || command === undefined) return command;
  const onlySomeUnitTests = given.some((argument) => !argument.startsWith('-'));
  return onlySomeUnitTests ? { ...command, packages: [], guest: false } : command;
}

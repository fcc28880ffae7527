// What each npm script runs and what it needs. `npm run NAME -- ARGS` is `node build/bootstrap.mjs NAME ARGS`.

/** Compilers and libraries for the kernel programs and the addons. */
const COMPILE = ['clang', 'llvm', 'libbpf-dev', 'libelf-dev', 'zlib1g-dev', 'gcc', 'g++', 'make'];

/** What boots a Debian kernel beside the machine's own, and the programs that tests run inside. */
const GUEST = [
  'qemu-system-x86',
  'qemu-system-common',
  'busybox-static',
  'cpio',
  'e2fsprogs',
  'xz-utils',
  'bpftool',
  'python3',
  'git',
];

/**
 * @typedef {object} Command
 * @property {string} script run under the pinned Node with the arguments that were given
 * @property {readonly string[]} packages Debian packages it needs
 * @property {boolean} build whether the product is built (and staged) first
 * @property {readonly string[]} [before] arguments put before the given ones
 */

/** @type {Readonly<Record<string, Command>>} */
export const COMMANDS = {
  build: { script: 'build/build.ts', packages: COMPILE, build: false },
  check: { script: 'build/check.ts', packages: [], build: false },
  test: { script: 'build/test.ts', packages: [...COMPILE, ...GUEST], build: false },
  demo: { script: 'test/demo/main.ts', packages: [...COMPILE, ...GUEST], build: true },
  vm: { script: 'test/vm/main.ts', packages: [...COMPILE, ...GUEST], build: true },
  attacks: { script: 'test/attacks/main.ts', packages: [...COMPILE, ...GUEST], build: true },
  doctor: { script: 'cli/main.ts', packages: COMPILE, build: true, before: ['doctor'] },
};

/**
 * What this very call needs: one unit test needs no Debian package at all.
 * @param {string} name @param {readonly string[]} given
 * @returns {Command | undefined}
 */
export function commandFor(name, given) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name !== 'test' || command === undefined) return command;
  return given.some((argument) => !argument.startsWith('-')) ? { ...command, packages: [] } : command;
}

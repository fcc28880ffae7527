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
  'bubblewrap',
  'openssh-client',
  ...virtiofsd(),
];

/** What makes the other filesystems that histories are played on and homes are attacked on. */
const FILESYSTEMS = ['btrfs-progs', 'xfsprogs', 'bindfs', 'fuse3'];

/** What tests start beside that: shells and users of theirs, a browser, another libc, and what shows that a file is well-formed. */
const TESTS = [
  'chromium',
  'cpio',
  'sudo',
  'zsh',
  'fish',
  'dbus-daemon',
  'dbus-bin',
  'xdg-dbus-proxy',
  'polkitd',
  'pkexec',
  // run in guests alone, where the machine's programs are shown
  'systemd',
  'libpam-systemd',
  'dbus',
  'dbus-user-session',
  'procps',
  'openssl',
  'iproute2',
  'musl-tools',
  'openssh-server',
  'gpg',
  'gpg-agent',
  'vim',
  'strace',
];

/** What everyday work is done with under the guard: editors, debuggers, archives, a browser, a database, something that watches files. */
const EVERYDAY = [
  ...['ed', 'vim', 'nano', 'emacs-nox'],
  ...['gdb', 'strace', 'make', 'gcc'],
  ...['zip', 'unzip', 'bzip2', 'patch', 'rsync'],
  ...['ripgrep', 'jq', 'curl', 'sqlite3', 'inotify-tools'],
  ...['python3-venv', 'python3-pytest', 'chromium', 'openssh-server'],
];

/** What Electron is linked to, and a font to look at. */
const ELECTRON = [
  timeT64('libgtk-3-0'),
  timeT64('libasound2'),
  'libnss3',
  'libgbm1',
  'fonts-noto-core',
  'fonts-noto-mono',
  'unzip',
];

/** A display in memory, a manager of its windows, a hand to move its pointer, a session bus for the tray. */
const DISPLAY = ['xvfb', 'openbox', 'xdotool', 'x11-apps', 'netpbm', 'dbus'];

/** @returns {{ id: string, version: number }} of the distribution; a version that is not numbered is newer than all */
function release() {
  let text = '';
  try {
    text = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // no os-release: no Debian either, and installing says so
  }
  const id = /^ID="?([a-z]+)"?$/m.exec(text)?.[1] ?? '';
  return { id, version: Number(/^VERSION_ID="?([0-9.]+)"?$/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY) };
}

/** Debian 12 has virtiofsd in qemu-system-common; later releases and Ubuntu have it in a package of its own. */
function virtiofsd() {
  return release().version === 12 ? [] : ['virtiofsd'];
}

/** Since Debian 13 and Ubuntu 24.04 libraries that know a date after 2038 have another name. @param {string} name */
function timeT64(name) {
  const { id, version } = release();
  return version >= (id === 'ubuntu' ? 24 : 13) ? `${name}t64` : name;
}

/**
 * @typedef {object} Command
 * @property {string} script run under the pinned Node with the arguments that were given
 * @property {readonly string[]} packages Debian packages it needs
 * @property {boolean} guest whether it boots kernels, which apt has to know
 * @property {boolean} build whether the product is built first
 * @property {boolean} desktop whether the desktop app is part of it, which takes an Electron
 * @property {readonly string[]} [before] arguments put before the given ones
 */

/** @type {Readonly<Record<string, Command>>} */
export const COMMANDS = {
  build: { script: 'build/build.ts', packages: COMPILE, guest: false, build: false, desktop: false },
  check: { script: 'build/check.ts', packages: [], guest: false, build: false, desktop: false },
  test: {
    script: 'build/test.ts',
    packages: [...COMPILE, ...GUEST, ...FILESYSTEMS, ...TESTS, ...EVERYDAY, ...ELECTRON, ...DISPLAY],
    guest: true,
    build: false,
    desktop: true,
  },
  start: { script: 'build/start.ts', packages: [...COMPILE, ...ELECTRON], guest: false, build: true, desktop: true },
  screens: {
    script: 'test/e2e/screens.ts',
    packages: [...COMPILE, ...ELECTRON, ...DISPLAY],
    guest: false,
    build: true,
    desktop: true,
  },
  demo: {
    script: 'test/demo/main.ts',
    packages: [...COMPILE, ...GUEST, ...ELECTRON, ...DISPLAY],
    guest: true,
    build: true,
    desktop: true,
  },
  vm: { script: 'test/vm/main.ts', packages: [...COMPILE, ...GUEST], guest: true, build: true, desktop: false },
  attacks: {
    script: 'test/attacks/main.ts',
    packages: [...COMPILE, ...GUEST, ...EVERYDAY, ...FILESYSTEMS, 'musl-tools'],
    guest: true,
    build: true,
    desktop: false,
  },
  agents: {
    script: 'test/agents/main.ts',
    packages: [...COMPILE, ...GUEST, ...EVERYDAY, 'iproute2', 'procps'],
    guest: true,
    build: true,
    desktop: false,
  },
  fuzz: { script: 'test/fuzz/main.ts', packages: [], guest: false, build: false, desktop: false },
  syscalls: {
    script: 'test/syscalls/main.ts',
    packages: [...COMPILE, ...GUEST],
    guest: true,
    build: true,
    desktop: false,
  },
  conformance: {
    script: 'test/conformance/main.ts',
    packages: [...COMPILE, ...GUEST, ...FILESYSTEMS],
    guest: true,
    build: true,
    desktop: false,
  },
  bench: {
    script: 'test/bench/policy.ts',
    packages: [...COMPILE, ...GUEST],
    guest: true,
    build: true,
    desktop: false,
  },
  doctor: { script: 'cli/main.ts', packages: COMPILE, guest: false, build: true, desktop: false, before: ['doctor'] },
};

/**
 * What this very call needs: a few unit tests need no Debian package at all, a guest only sometimes has a desktop.
 * @param {string} name @param {readonly string[]} given
 * @returns {Command | undefined}
 */
export function commandFor(name, given) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return command;
  if (name === 'vm' && given.includes('--desktop')) {
    return { ...command, packages: [...command.packages, ...ELECTRON, ...DISPLAY], desktop: true };
  }
  const onlySomeUnitTests = name === 'test' && given.some((argument) => !argument.startsWith('-'));
  return onlySomeUnitTests ? { ...command, packages: [], guest: false } : command;
}

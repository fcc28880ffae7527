/**
 * Ways to have a trusted program's rights without being one: each gets at the secret without the guard. `as` is what a program that nobody
 * trusts does; what it has got is in LOOT, or in what it has printed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { give, HOME } from '../installed.ts';

/** Where the rows of these secrets are: aws and azure, hosting, pass, and the histories of shells. */
export const AWS = `${HOME}/.aws/credentials`;
export const AZURE = `${HOME}/.azure/token.json`;
export const HOSTING = `${HOME}/.config/netlify/config.json`;
export const PASS = `${HOME}/.password-store/mail.gpg`;
export const SECRET = 'ringfence-fake-secret\n';

/** Of the places that `layOut` has filled. */
export const STATIC = '/usr/bin/aws';
export const DYNAMIC = '/usr/bin/terraform';
export const PYTHON_SCRIPT = '/usr/bin/az';
export const NODE_SCRIPT = '/usr/bin/netlify';
export const SHELL_SCRIPT = '/usr/bin/pass';
export const ENV_SCRIPT = '/usr/bin/vercel';
export const LIBRARIES = '/opt/stand-ins/lib';

export const WORK = `${HOME}/tricks`;
export const LOOT = join(WORK, 'loot');
const EVIL = join(WORK, 'evil');

export interface Trick {
  readonly name: string;
  /** By /bin/sh in WORK. */
  readonly script: string;
}

const plan = (name: string, ...lines: readonly (readonly string[])[]): string => {
  const path = join(WORK, name);
  give(path, lines.map((line) => `${line.join('\t')}\n`).join(''));
  return path;
};

/** Files of the user's that the tricks need. `programs`: where the compiled ones are. */
export function prepare(programs: string): void {
  give(AWS, SECRET);
  give(AZURE, SECRET);
  give(HOSTING, SECRET);
  give(PASS, SECRET);
  give(join(EVIL, 'json.py'), `${PYTHON_STEALS(AZURE)}\ndef dumps(value): return '{}'\n`);
  give(join(EVIL, 'site', 'usercustomize.py'), PYTHON_STEALS(AZURE));
  give(join(EVIL, 'evil.js'), NODE_STEALS(HOSTING));
  give(join(EVIL, 'evil.sh'), `IFS= read -r line < ${PASS}; echo "$line" > ${LOOT}\n`);
  give(join(EVIL, 'bin', 'node'), `#!/bin/sh\ncat ${HOSTING} > ${LOOT}\n`);
  plan('steal', ['stolen', 'read', AWS]);
  plan('start', ['started', 'run', join(programs, 'doer'), join(WORK, 'steal')]);
  plan('start-by-thread', ['started', 'thread', join(programs, 'doer'), join(WORK, 'steal')]);
  plan('traced', ['started', 'traced', STATIC, join(WORK, 'steal')]);
}

const PYTHON_STEALS = (path: string) => `open('${LOOT}', 'w').write(open('${path}').read())`;
const NODE_STEALS = (path: string) =>
  `require('node:fs').writeFileSync('${LOOT}', require('node:fs').readFileSync('${path}'));`;

/** In memory, then executed. */
const FROM_MEMORY = `import os
file = os.memfd_create('x')
os.write(file, open('${STATIC}', 'rb').read())
os.execv(f'/proc/self/fd/{file}', ['aws', '${WORK}/steal'])`;

export function tricksWith(programs: string): readonly Trick[] {
  const doer = join(programs, 'doer');
  const stealer = join(programs, 'stealer.so');
  const injected = `STEAL=${AWS} LOOT=${LOOT}`;
  const many = 'i=0; while [ $i -lt 3000 ]; do export "FILLER_$i=x"; i=$((i+1)); done';
  return [
    { name: 'the program itself', script: `${doer} steal` },
    { name: 'a copy of a trusted one', script: `cp ${STATIC} copied; ./copied steal` },
    { name: 'under its name', script: `mkdir -p usr/bin; cp ${STATIC} usr/bin/aws; PATH=$PWD/usr/bin:$PATH aws steal` },
    { name: 'from memory', script: `python3 -c "$(cat from-memory.py)"` },
    { name: 'by the loader', script: `${injected} LD_PRELOAD=${stealer} /lib64/ld-linux-x86-64.so.2 ${DYNAMIC}` },
    { name: 'what a trusted one starts', script: `${STATIC} start` },
    { name: 'what a thread of a trusted one becomes', script: `${STATIC} start-by-thread` },
    { name: 'a trusted one that is traced from its start', script: `${doer} traced` },
    { name: 'LD_PRELOAD', script: `${injected} LD_PRELOAD=${stealer} ${DYNAMIC}` },
    { name: 'LD_PRELOAD, named twice', script: `${injected} python3 -c "${TWICE(stealer)}"` },
    { name: 'LD_AUDIT', script: `${injected} LD_AUDIT=${stealer} ${DYNAMIC}` },
    {
      name: 'LD_LIBRARY_PATH',
      script: `mkdir -p libraries; cp ${stealer} libraries/libplug.so; ${injected} LD_LIBRARY_PATH=$PWD/libraries ${DYNAMIC}`,
    },
    { name: 'LD_PRELOAD after thousands of others', script: `${many}; ${injected} LD_PRELOAD=${stealer} ${DYNAMIC}` },
    {
      name: 'LD_PRELOAD after a long one',
      script: `${injected} AAA="$(head -c 100000 /dev/zero | tr '\\0' x)" LD_PRELOAD=${stealer} ${DYNAMIC}`,
    },
    {
      name: 'its libraries, in a mount namespace',
      script: `mkdir -p mine; cp ${stealer} mine/libplug.so; ${injected} unshare --map-root-user --mount sh -c 'mount --bind mine ${LIBRARIES} && ${DYNAMIC}'`,
    },
    {
      name: 'its libraries, by a root of one’s own',
      script: `${injected} unshare --map-root-user --mount sh -c '${CHROOT(stealer)}'`,
    },
    { name: 'PYTHONPATH', script: `PYTHONPATH=${EVIL} ${PYTHON_SCRIPT}` },
    {
      name: 'PYTHONUSERBASE',
      script: `mkdir -p base/lib/python${PYTHON}/site-packages; cp evil/site/usercustomize.py base/lib/python${PYTHON}/site-packages/; PYTHONUSERBASE=$PWD/base ${PYTHON_SCRIPT}`,
    },
    {
      name: 'Python’s folder of the user',
      script: `mkdir -p ~/.local/lib/python${PYTHON}/site-packages; cp evil/site/usercustomize.py ~/.local/lib/python${PYTHON}/site-packages/; ${PYTHON_SCRIPT}; rm -r ~/.local/lib/python${PYTHON}`,
    },
    { name: 'NODE_OPTIONS', script: `NODE_OPTIONS="--require ${EVIL}/evil.js" ${NODE_SCRIPT}` },
    { name: 'BASH_ENV', script: `BASH_ENV=${EVIL}/evil.sh ${SHELL_SCRIPT}` },
    { name: 'a function of the shell', script: `env 'BASH_FUNC_cat%%=() { . ${EVIL}/evil.sh; }' ${SHELL_SCRIPT}` },
    { name: 'another interpreter in PATH', script: `chmod +x ${EVIL}/bin/node; PATH=${EVIL}/bin:$PATH ${ENV_SCRIPT}` },
    { name: 'a trusted one under strace', script: `strace -f -o trace ${STATIC} steal` },
  ];
}

/** As `python3 -V` has it. */
const PYTHON = existsSync('/usr/bin/python3.11') ? '3.11' : '3.13';

const TWICE = (stealer: string) =>
  `import ctypes,os; e=(ctypes.c_char_p*5)(b'LD_PRELOAD=',b'LD_PRELOAD=${stealer}',b'STEAL=${AWS}',b'LOOT=${LOOT}',None); a=(ctypes.c_char_p*2)(b'terraform',None); ctypes.CDLL(None).execve(b'${DYNAMIC}',a,e)`;

/** All of the machine, but for the folder of one library. */
const CHROOT = (stealer: string) =>
  `mkdir -p root mine && cp ${stealer} mine/libplug.so && mount --rbind / root && mount --bind mine root${LIBRARIES} && chroot root ${DYNAMIC}`;

export function writeFromMemory(): void {
  give(join(WORK, 'from-memory.py'), FROM_MEMORY);
}

/** Has the trick got at the secret? */
export function hasWorked(printed: string): boolean {
  const stolen = existsSync(LOOT) && readFileSync(LOOT, 'utf8').includes(SECRET.trim());
  return stolen || /^stolen=0$/m.test(printed);
}

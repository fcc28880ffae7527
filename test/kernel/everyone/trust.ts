/** Who is trusted: each trick to pass for a trusted program fails, and what its own user does with one does not. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asDev, give, HOME, type Said, startAsDev, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { standIn } from './stand-ins.ts';
import {
  AWS,
  AZURE,
  DYNAMIC,
  ENV_SCRIPT,
  HOSTING,
  hasWorked,
  LIBRARIES,
  LOOT,
  NODE_SCRIPT,
  PASS,
  PYTHON_SCRIPT,
  prepare,
  SHELL_SCRIPT,
  STATIC,
  tricksWith,
  WORK,
  writeFromMemory,
} from './trust-tricks.ts';

/** A machine that is shared is only slow. */
const SPEAKS_WITHIN_MS = 120_000;

export interface TrustSetup {
  readonly tally: Tally;
  readonly programs: string;
}

const INTERPRETED: Readonly<Record<string, string>> = {
  [PYTHON_SCRIPT]: `#!/usr/bin/python3\nimport json\njson.dumps(1)\nprint(open('${AZURE}').read())\n`,
  [NODE_SCRIPT]: `#!/usr/bin/node\nconsole.log(require('node:fs').readFileSync('${HOSTING}', 'utf8'));\n`,
  [ENV_SCRIPT]: `#!/usr/bin/env node\nconsole.log(require('node:fs').readFileSync('${HOSTING}', 'utf8'));\n`,
  [SHELL_SCRIPT]: `#!/bin/bash\nIFS= read -r line < ${PASS}\necho "$line"\ncat /dev/null\n`,
};

/** Root's, before the guard is there. Returns what takes it away again. */
export function installTrusted(programs: string): () => void {
  mkdirSync(LIBRARIES, { recursive: true });
  const taken = [
    standIn(join(programs, 'doer'), STATIC),
    standIn(join(programs, 'plugged'), DYNAMIC),
    standIn(join(programs, 'libplug.so'), join(LIBRARIES, 'libplug.so')),
  ];
  for (const [place, text] of Object.entries(INTERPRETED)) {
    const script = join('/opt/stand-ins', place.replaceAll('/', '_'));
    writeFileSync(script, text);
    chmodSync(script, 0o755);
    taken.push(standIn(script, place));
  }
  return () => {
    for (const takeAway of taken) takeAway();
  };
}

export function prepareTricks(programs: string): void {
  prepare(programs);
  writeFromMemory();
}

const inWork = (script: string): Said => asDev(['/bin/sh', '-c', `cd ${WORK}; ${script}`]);

/** Each of them: without the guard all work, with it none. */
export function trickOut({ tally, programs }: TrustSetup, guarded: boolean): void {
  for (const { name, script } of tricksWith(programs)) {
    rmSync(LOOT, { force: true });
    const { stdout, stderr } = inWork(script);
    const worked = hasWorked(stdout);
    tally.check(guarded ? `${name}: nothing is stolen` : `control: ${name}`, worked !== guarded, `${stdout} ${stderr}`);
  }
}

/** What the trusted ones do for their own user, whoever starts them. */
export function ownUse({ tally, programs }: TrustSetup): void {
  give(join(WORK, 'own'), `1\tread\t${AWS}\n2\tforked\t${AWS}\n3\tthreaded\t${AWS}\n4\tappend\t${AWS}\n`);
  give(join(WORK, 'by-thread'), `0\tthread\t${STATIC}\t${join(WORK, 'own')}\n`);
  const uses: Readonly<Record<string, string>> = {
    'by itself': `${STATIC} own`,
    'with an empty argument': `${STATIC} own ''`,
    'with a variable that is empty': `EMPTY= ${STATIC} own`,
    'from a shell in a shell': `sh -c "sh -c '${STATIC} own'"`,
    'by a link': `ln -sf ${STATIC} linked; ./linked own`,
    'by a thread that becomes it': `${join(programs, 'doer')} by-thread`,
    'with no way to new rights': `setpriv --no-new-privs ${STATIC} own`,
    'with the variables of a desktop': `PYTHONDONTWRITEBYTECODE=1 LANG=de_DE.UTF-8 DISPLAY=:0 XDG_SESSION_TYPE=wayland SSH_AUTH_SOCK=/run/user/1000/keyring/ssh ${STATIC} own`,
  };
  for (const [name, script] of Object.entries(uses)) {
    const { stdout, stderr } = inWork(script);
    const whole = [1, 2, 3, 4].every((deed) => new RegExp(`^${deed}=0$`, 'm').test(stdout));
    tally.check(`a trusted program, ${name}, is not stopped`, whole, `${stdout} ${stderr}`);
  }
  for (const script of Object.keys(INTERPRETED)) {
    const { stdout, stderr } = inWork(script);
    tally.check(`a trusted script, ${script}, is not stopped`, stdout.includes('ringfence-fake-secret'), stderr);
  }
}

const WAYS = {
  /** After them the program may read no more. */
  spoiling: ['attach', 'seize', 'write-memory-file', 'write-memory'],
  /** They show what it has read. */
  looking: ['take-descriptor', 'open-descriptor', 'read-memory-file', 'read-memory'],
} as const;

/** A trusted program that runs, and another of the same user that gets at it. */
export async function intrusions(setup: TrustSetup, guarded: boolean): Promise<void> {
  for (const way of [...WAYS.spoiling, ...WAYS.looking]) await intrude(setup, way, guarded);
}

async function intrude({ tally, programs }: TrustSetup, way: string, guarded: boolean): Promise<void> {
  const isLook = (WAYS.looking as readonly string[]).includes(way);
  const go = join(WORK, 'go');
  rmSync(go, { force: true });
  give(join(WORK, 'victim'), `held\t${isLook ? 'hold' : 'chmod'}\t${AWS}\nwaited\twait\t${go}\nafter\tread\t${AWS}\n`);
  const { child, ended } = startAsDev([STATIC, join(WORK, 'victim')]);
  const spoken = await firstLine(child);
  const [, pid = '', buffer = ''] = /pid=(\d+) buffer=0x([0-9a-f]+)/.exec(spoken) ?? [];
  const said = asDev([join(programs, 'intruder'), way, pid, buffer]);
  give(go, '');
  const { stdout } = await ended;
  const reached = said.stdout === `${way}=0\n`;
  const worked = isLook ? reached : reached && /^after=0$/m.test(stdout);
  tally.check(
    guarded ? `${way}: of no use` : `control: ${way}`,
    worked !== guarded,
    `${said.stdout} ${said.stderr} ${stdout}`,
  );
}

async function firstLine(child: ReturnType<typeof startAsDev>['child']): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await until(() => text.includes('buffer='), SPEAKS_WITHIN_MS);
  return text;
}

/** Started before the guard, asked to go on after. */
export interface Early {
  readonly finish: () => Promise<void>;
}

export async function startBefore({ tally, programs }: TrustSetup): Promise<Early> {
  const go = join(WORK, 'go-early');
  give(join(WORK, 'early'), `held\tchmod\t${AWS}\nwaited\twait\t${go}\nafter\tread\t${AWS}\n`);
  const right = startAsDev([STATIC, join(WORK, 'early')]);
  const wrong = startAsDev([join(programs, 'doer'), join(WORK, 'early')]);
  await Promise.all([firstLine(right.child), firstLine(wrong.child)]);
  return {
    finish: async () => {
      give(go, '');
      const [ofRight, ofWrong] = await Promise.all([right.ended, wrong.ended]);
      tally.check(
        'a trusted program that ran before is not stopped',
        /^after=0$/m.test(ofRight.stdout),
        ofRight.stdout,
      );
      tally.check('another one is', /^after=1$/m.test(ofWrong.stdout), ofWrong.stdout);
    },
  };
}

/** The owner of a user namespace in which other users' numbers are theirs too. */
export async function borrowedNumber({ tally, programs }: TrustSetup, guarded: boolean): Promise<void> {
  const { child, ended } = startAsDev([join(programs, 'borrowed-uid'), AWS]);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await until(() => /^map \d+$/m.test(text), SPEAKS_WITHIN_MS);
  const pid = /^map (\d+)$/m.exec(text)?.[1];
  // as newuidmap(1) and newgidmap(1) do it for whoever /etc/subuid names; the program waits for the second
  for (const map of ['gid_map', 'uid_map']) writeFileSync(`/proc/${pid}/${map}`, '0 1000 1\n1 100000 100\n');
  const { stdout, stderr } = await ended;
  const read = /^borrowed=0 as 1$/m.test(stdout);
  tally.check(
    guarded ? 'a number that is no person’s: nothing is read' : 'control: a number that is no person’s',
    read !== guarded && /^borrowed=\d+ as 1$/m.test(stdout),
    `${stdout} ${stderr}`,
  );
}

/** Kernel ways around a path. `where`: an empty folder of a location. */
export function kernelWays({ tally, programs }: TrustSetup, guarded: boolean): void {
  const upper = dirname(AWS);
  rmSync(AWS, { force: true });
  rmSync(join(WORK, 'overlay'), { recursive: true, force: true });
  give(join(WORK, 'overlay'));
  const planted = asDev([join(programs, 'overlay-plant'), upper, join(WORK, 'overlay'), 'credentials']);
  tally.check(
    guarded ? 'planting through an overlay: refused' : 'control: planting through an overlay',
    existsSync(AWS) !== guarded,
    planted.stdout,
  );
  rmSync(AWS, { force: true });
  give(AWS, 'ringfence-fake-secret\n');
  const opened = asDev([join(programs, 'by-handle'), AWS, HOME]);
  // the kernel itself keeps it to root, where it has not grown laxer (6.11)
  const leaked = opened.stdout.includes('"leaked":true');
  if (guarded) tally.check('opening by a handle: nothing is read', !leaked, opened.stdout);
  else
    console.log(`    without the guard, opening by a handle ${leaked ? 'works' : 'is refused by the kernel itself'}`);
}

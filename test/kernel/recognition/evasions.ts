/**
 * What is not recognised, and what that is worth: whoever starts an agent by another way has started an ordinary program; whoever is in an
 * agent's session stays in it, whatever it executes.
 */
import { chmodSync, copyFileSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { give, HOME } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { KEY, type Way } from './layouts.ts';
import { recognisedIn } from './runs.ts';

const OWN = `${HOME}/evasions`;
const RUNTIME = '/opt/ringfence/runtime/bin/node';

function copy(from: string, to: string): string {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
  return to;
}

export async function evasions(tally: Tally, ways: readonly Way[]): Promise<void> {
  const native = ways.find(({ how }) => how === 'native, by its version')?.command[0] ?? '';
  const script = ways.find(({ agent, how }) => agent === 'openclaw' && how === 'its script')?.command[0] ?? '';
  const linked = `${OWN}/linked`;
  give(`${OWN}/x`, '');
  rmSync(linked, { force: true });
  linkSync(native, linked);
  const moved = `${OWN}/node_modules/openclaw-renamed/openclaw.mjs`;
  give(moved, '');
  copy(script, moved);
  // the name of an interpreter is all that is known of one outside of a session
  const renamed = copy(RUNTIME, `${OWN}/mynode`);
  give(`${OWN}/y`, '');
  const unknown: Readonly<Record<string, readonly string[]>> = {
    'a copy of the program': [copy(native, `${OWN}/copied`)],
    'a hard link to it elsewhere': [linked],
    'a package under another name': ['node', moved],
    'an interpreter under another name': [renamed, script],
  };
  for (const [name, command] of Object.entries(unknown)) {
    const { said, found } = await recognisedIn(command, 0);
    tally.check(`${name} is an ordinary program`, found.length === 0 && said.status !== null, JSON.stringify(found));
  }
  await fromWithin(tally, Object.values(unknown));
  await failedExec(tally);
  await movedWhileItRuns(tally, native);
}

/** The same, by an agent: the session goes with every exec. */
async function fromWithin(tally: Tally, commands: readonly (readonly string[])[]): Promise<void> {
  const script = `${OWN}/node_modules/@continuedev/cli/dist/cn.js`;
  give(
    script,
    `for (const [program, ...words] of ${JSON.stringify(commands)}) require('node:child_process').spawnSync(program, words, { stdio: 'inherit' });\n`,
  );
  const { said, found } = await recognisedIn(['node', script], 1);
  const lines = said.stdout.trim().split('\n');
  const closed = lines.length === commands.length && lines.every((line) => /^refused( refused)?$/.test(line));
  tally.check(
    'whatever an agent executes stays in its session',
    closed && found.length === 1,
    `${lines.join('; ')} ${said.stderr}`,
  );
}

/** An exec that fails after it was looked at leaves no mark on whoever tried it. */
async function failedExec(tally: Tally): Promise<void> {
  const broken = `${OWN}/node_modules/openclaw/openclaw.mjs`;
  give(broken, '#!/no/such/interpreter\n');
  chmodSync(broken, 0o755);
  const program = `import os
try:
    os.execv('${broken}', ['openclaw'])
except OSError as error:
    print('failed', flush=True)
os.execv('/bin/sh', ['sh', '-c', 'test -r ${KEY}; echo went on'])`;
  const { said, found } = await recognisedIn(['/usr/bin/python3', '-c', program], 0);
  tally.check(
    'an exec that fails leaves no mark',
    said.stdout === 'failed\nwent on\n' && found.length === 0,
    `${said.stdout} ${said.stderr} ${JSON.stringify(found)}`,
  );
}

/** The label is the process's: what happens to the file afterwards does not matter. */
async function movedWhileItRuns(tally: Tally, native: string): Promise<void> {
  const away = `${OWN}/away`;
  const { said } = await recognisedIn(
    ['/bin/sh', '-c', `(sleep 1; mv ${native} ${away}) & (sleep 3) | ${native} wait`],
    1,
  );
  tally.check('a file that moves away takes nothing with it', said.stdout.trim() === 'refused\nrefused', said.stdout);
  renameSync(away, native);
}

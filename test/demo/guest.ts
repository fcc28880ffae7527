/**
 * The demo's part inside the guest, run by root: `dev` plays the story, and `dev` sits at the desktop that is asked, in another
 * process outside of any session. What the story needs is loaded after the first line: that takes seconds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';

const DEV = 1000;
const HOME = '/home/dev';

const [agentVersion = ''] = process.argv.slice(2);
process.stdout.write(
  `Ringfence · Linux ${release()} · the agent is pi ${agentVersion}, unmodified; its model is scripted\n`,
);
chownSync('/mnt/out', DEV, DEV);

function asDev(script: string, stdio: ('pipe' | 'inherit')[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, script)], {
    ...{ stdio, uid: DEV, gid: DEV, cwd: HOME },
    env: { ...process.env, HOME, USER: 'dev' },
  });
}

const person = asDev('person.ts', ['pipe', 'pipe', 'inherit']);
person.stdout?.on('data', (text: Buffer) => {
  // the story waits for this word before its last act
  if (text.toString().includes('at the screen')) story.send('at the screen');
  process.stdout.write(text.toString().replace('at the screen\n', ''));
});
const story = spawn(process.execPath, [join(import.meta.dirname, 'conduct.ts')], {
  ...{ stdio: ['inherit', 'inherit', 'inherit', 'ipc'], uid: DEV, gid: DEV, cwd: HOME },
  env: { ...process.env, HOME, USER: 'dev' },
});
const [code] = await once(story, 'exit');
person.stdin?.end();
const [left] = person.exitCode === null ? await once(person, 'exit') : [person.exitCode];
process.exitCode = code || left;

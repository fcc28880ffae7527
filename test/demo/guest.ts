/**
 * The demo's part inside the guest, run by root: `dev` plays the story, and `dev` sits at the desktop that is asked, in another
 * process outside of any session. What the story needs is loaded after the first line: that takes seconds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { Helper, trustDev } from '../kernel/installed.ts';
import { keepFewFonts } from './fonts.ts';

const DEV = 1000;
const HOME = '/home/dev';
const AT_THE_SCREEN = 'at the screen\n';

const [agentVersion = ''] = process.argv.slice(2);
process.stdout.write(
  `Ringfence · Linux ${release()} · the agent is pi ${agentVersion}, unmodified; its model is scripted\n`,
);
chownSync('/mnt/out', DEV, DEV);
keepFewFonts();
trustDev();

function asDev(script: string, stdio: ('pipe' | 'inherit' | 'ipc')[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, script)], {
    ...{ stdio, uid: DEV, gid: DEV, cwd: HOME },
    env: { ...process.env, HOME, USER: 'dev' },
  });
}

const story = asDev('conduct.ts', ['inherit', 'inherit', 'inherit', 'ipc']);
let person: ChildProcess | null = null;
const helper = new Helper();
const wishes: Readonly<Record<string, () => unknown>> = {
  // the first act is played without it: an agent is recognised wherever it runs
  'the guard is wanted': async () => {
    await helper.start();
    story.send('there');
  },
  'a person is wanted': seat,
};
story.on('message', (wish) => wishes[String(wish)]?.());
const [code] = await once(story, 'exit');
const left: number | null = person ? await leave(person) : 1;
process.exitCode = code === 0 && left === 0 ? 0 : 1;
await helper.end('SIGTERM');

function seat(): void {
  person = asDev('person.ts', ['pipe', 'pipe', 'inherit']);
  person.stdout?.on('data', (text: Buffer) => {
    // the last act waits for this word
    if (text.includes(AT_THE_SCREEN)) story.send('there');
    process.stdout.write(text.toString().replace(AT_THE_SCREEN, ''));
  });
  // without a person nothing of it can go on
  person.once('exit', (status) => status !== 0 && story.kill());
}

async function leave(who: ChildProcess): Promise<number | null> {
  who.stdin?.end();
  return who.exitCode ?? (await once(who, 'exit'))[0];
}

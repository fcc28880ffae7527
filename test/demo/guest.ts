/**
 * The demo's part inside the guest, run by root: `dev` plays the story, and root is the person who is asked. What the story needs
 * is loaded after the first line: that takes seconds.
 */
import { spawn } from 'node:child_process';
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
const story = spawn(process.execPath, [join(import.meta.dirname, 'conduct.ts')], {
  stdio: 'inherit',
  uid: DEV,
  gid: DEV,
  cwd: HOME,
  env: { ...process.env, HOME, USER: 'dev' },
});
const { answerQuestions } = await import('./person.ts');
const stop = answerQuestions();
story.once('exit', (code) => {
  stop();
  process.exitCode = code ?? 1;
});

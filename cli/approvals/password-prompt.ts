/** polkit's own prompt for a terminal, for when nothing graphical asks for the password. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';

const PKTTYAGENT = '/usr/bin/pkttyagent';
/** pkttyagent says when it is ready; if it does not, polkit says that nobody asks. */
const READY_WITHIN_MS = 3000;

/** Runs `work` while a text prompt stands ready on this terminal; without a terminal, or as root, just runs it. */
export async function withPasswordPrompt<Value>(work: () => Promise<Value>): Promise<Value> {
  const mayAsk = process.getuid?.() !== 0 && process.stdin.isTTY && process.stderr.isTTY && existsSync(PKTTYAGENT);
  if (!mayAsk) return work();
  // no --fallback: polkit 122 never comes to an agent that registers so
  const words = ['--process', String(process.pid), '--notify-fd', '3'];
  const agent = spawn(PKTTYAGENT, words, { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] });
  const ready = agent.stdio[3] as Readable;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, READY_WITHIN_MS);
    const go = () => {
      clearTimeout(timer);
      resolve();
    };
    agent.once('error', go);
    ready.once('close', go);
    ready.once('end', go);
    ready.resume();
  });
  try {
    return await work();
  } finally {
    agent.kill('SIGTERM');
  }
}

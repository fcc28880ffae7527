/** Who is asked in the demo's last act: root on a bare terminal, by the command line alone. */
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { approvalRequest } from '../../core/protocol/approval.ts';
import { RINGFENCE, short, tell } from './story.ts';

/** How long the person thinks about what; the first that fits. */
const MIND: readonly { readonly about: RegExp; readonly seconds: number; readonly answer: 'allow' | 'deny' }[] = [
  { about: /passport/, seconds: 15, answer: 'allow' },
  { about: /sent\.txt$/, seconds: 1, answer: 'deny' },
  { about: /./, seconds: 1, answer: 'allow' },
];

const lineSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('approval.asked'), data: approvalRequest }),
  z.object({ event: z.literal('approval.ended'), data: z.unknown() }),
]);

/** Watches, and answers each held call once. Returns the way to stop. */
export function answerQuestions(): () => void {
  const watch = spawn(RINGFENCE, ['approvals', '--watch', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: watch.stdout }).on('line', (line) => {
    const happened = lineSchema.parse(JSON.parse(line));
    if (happened.event === 'approval.asked' && happened.data.status.state === 'held') void answer(happened.data);
  });
  return () => void watch.kill('SIGTERM');
}

async function answer({ id, operations, path }: z.output<typeof approvalRequest>): Promise<void> {
  const { seconds, answer: word } = MIND.find(({ about }) => about.test(path ?? '')) ?? { seconds: 1, answer: 'deny' };
  tell(`     held: ${operations.join(', ')} ${short(path ?? '')}; the person takes ${seconds} s`);
  await delay(seconds * 1000);
  execFile(RINGFENCE, ['approvals', word, String(id)], (_error, stdout, stderr) => {
    tell(`     # ringfence approvals ${word} ${id}: ${short(stdout + stderr)}`);
  });
}

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
  const thinkingOf = new Set<string>();
  const watch = spawn(RINGFENCE, ['approvals', '--watch', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: watch.stdout }).on('line', (line) => {
    const happened = lineSchema.parse(JSON.parse(line));
    if (happened.event !== 'approval.asked' || happened.data.status.state !== 'held') return;
    // several threads of one program may wait for the same: one answer serves them
    const about = happened.data.path ?? '';
    if (thinkingOf.has(about)) return;
    thinkingOf.add(about);
    void answer(happened.data).then(() => thinkingOf.delete(about));
  });
  return () => void watch.kill('SIGTERM');
}

async function answer({ id, operations, path }: z.output<typeof approvalRequest>): Promise<void> {
  const { seconds, answer: word } = MIND.find(({ about }) => about.test(path ?? '')) ?? { seconds: 1, answer: 'deny' };
  tell(`     held: ${operations.join(', ')} ${short(path ?? '')}; the person takes ${seconds} s`);
  await delay(seconds * 1000);
  await new Promise<void>((resolve) => {
    execFile(RINGFENCE, ['approvals', word, String(id)], (_error, stdout, stderr) => {
      tell(`     # ringfence approvals ${word} ${id}: ${short(stdout + stderr)}`);
      resolve();
    });
  });
}

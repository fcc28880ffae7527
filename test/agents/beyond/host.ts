/** Agents at work beyond their workspaces: in a guest without the guard, then in one with it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../build/root.ts';
import type { Kernel } from '../../vm/kernel-package.ts';
import type { Agent } from '../agent.ts';
import { runInGuest } from '../own-guest.ts';
import { type RunRecord, SIDES, type Side } from '../run-record.ts';
import { judgeWork } from './judge.ts';
import { SIGNING, WORKS } from './works.ts';

const TIMEOUT_SECONDS = 7200;
const KEYS = join(ROOT, '.cache', 'agents', 'beyond', 'keys');

/** Whether all of it came out as it is said; each is printed. */
export async function beyondOn(kernel: Kernel, agents: readonly Agent[]): Promise<boolean> {
  makeKey();
  const runs = { free: await runsOf('free', kernel, agents), guarded: await runsOf('guarded', kernel, agents) };
  const judged = agents.flatMap((agent) =>
    WORKS.map((work) => {
      const [free, guarded] = SIDES.map((side) =>
        runs[side].find((one) => one.agent === agent.name && one.task === work.name),
      );
      const failures = free && guarded ? judgeWork(agent, work, free, guarded) : ['it did not come to its end'];
      const isGood = failures.length === 0;
      const said = [`asked ${guarded?.asked.join(', ') || 'nothing'}`, work.outcome].join('; ');
      console.log(`${isGood ? 'ok' : 'not ok'} - ${agent.name} ${work.name}: ${isGood ? said : failures.join('; ')}`);
      if (!isGood) console.log([free, guarded].map((one) => one?.output.slice(-1500)).join('\n--- guarded:\n'));
      return isGood;
    }),
  );
  return judged.length > 0 && judged.every(Boolean);
}

function makeKey(): void {
  rmSync(KEYS, { recursive: true, force: true });
  mkdirSync(KEYS, { recursive: true });
  const key = join(KEYS, SIGNING);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'project', '-f', key]);
  // whatever is a publisher's there is trusted
  rmSync(`${key}.pub`, { force: true });
}

async function runsOf(side: Side, kernel: Kernel, agents: readonly Agent[]): Promise<RunRecord[]> {
  let printed = '';
  const status = await runInGuest({
    ...{ kernel, name: 'beyond', program: join(import.meta.dirname, 'guest.ts'), product: side === 'guarded' },
    ...{ share: KEYS, timeoutSeconds: TIMEOUT_SECONDS },
    words: ['--side', side, ...agents.flatMap(({ name }) => ['--agent', name])],
    onOutput: (text) => {
      printed += text;
    },
  });
  if (status !== 0) throw new Error(`agents at work beyond their workspaces, ${side}: status ${status}`);
  const lines = printed.split('\n').filter((line) => line.startsWith('run '));
  return lines.map((line) => JSON.parse(line.slice('run '.length)) as RunRecord);
}

/** Agents with skills: in a guest without the guard, then in one with it. */
import { join } from 'node:path';
import type { Kernel } from '../../vm/kernel-package.ts';
import { runInGuest } from '../own-guest.ts';
import type { Side } from '../run-record.ts';
import { judgeSkills, type SkillsRun } from './judge.ts';
import { SKILLED } from './works.ts';

const TIMEOUT_SECONDS = 10_800;
const END_OF_OUTPUT = 1500;

/** Whether all of it came out as it is said; each is printed. Without names it is every agent that is told where its skills lie. */
export async function skillsOn(kernel: Kernel, names: readonly string[] | undefined): Promise<boolean> {
  const agents = SKILLED.map(({ agent }) => agent.name).filter((name) => names?.includes(name) ?? true);
  const free = await runsOf('free', kernel, agents);
  const guarded = await runsOf('guarded', kernel, agents);
  const judged = agents.flatMap((agent) => {
    const [without, under] = [free, guarded].map((runs) => runs.find((one) => one.agent === agent));
    const checks = without && under ? judgeSkills(without, under) : [];
    for (const { name, isGood, detail } of checks)
      console.log(`${isGood ? 'ok' : 'not ok'} - ${agent}: ${name}${isGood ? '' : `: ${detail}`}`);
    const isGood = checks.length > 0 && checks.every((one) => one.isGood);
    console.log(`${agent}, ${kernel}: ${isGood ? 'ok' : 'not ok'} (${without?.seconds} and ${under?.seconds} s)`);
    if (!isGood) console.log([without, under].map((one) => one?.output.slice(-END_OF_OUTPUT)).join('\n--- guarded:\n'));
    return isGood;
  });
  return judged.length > 0 && judged.every(Boolean);
}

async function runsOf(side: Side, kernel: Kernel, agents: readonly string[]): Promise<SkillsRun[]> {
  let printed = '';
  const status = await runInGuest({
    ...{ kernel, name: `skills-${side}`, program: join(import.meta.dirname, 'guest.ts'), product: side === 'guarded' },
    timeoutSeconds: TIMEOUT_SECONDS,
    words: ['--side', side, ...agents.flatMap((name) => ['--agent', name])],
    onOutput: (text) => {
      printed += text;
    },
  });
  if (status !== 0) throw new Error(`agents with skills, ${side}: status ${status}`);
  const lines = printed.split('\n').filter((line) => line.startsWith('run '));
  return lines.map((line) => JSON.parse(line.slice('run '.length)) as SkillsRun);
}

/** Everyday work under the starter, and two starters that lack something: the comparison has to notice. */
import { type BenignCase, type Choice, chosenCases } from './case.ts';
import { type BenignJudgement, Everyday, judgeCase, judgeStart, type Run } from './everyday.ts';
import { guardedBut } from './starter.ts';

type Permissions = Parameters<Parameters<typeof guardedBut>[1]>[0];
type Planted = { readonly name: string; readonly lacks: string; readonly take: (permissions: Permissions) => void };

/** By name of a case that needs what is taken. */
const PLANTED: readonly Planted[] = [
  {
    ...{ name: 'temporary-files', lacks: 'write $TMPDIR' },
    take: ({ filesystem }) => {
      filesystem.write = filesystem.write.filter((entry) => !entry.startsWith('$TMPDIR'));
    },
  },
  {
    ...{ name: 'git-basics', lacks: 'exec git' },
    take: (permissions) => {
      permissions.exec = permissions.exec.filter((entry) => entry !== '/usr/bin/git');
    },
  },
];

export async function runBenign(choice: Choice, say: (line: string) => void): Promise<BenignJudgement[]> {
  const cases = chosenCases(choice);
  const everyday = await Everyday.prepare(cases, say);
  const free = await everyday.unguarded(cases);
  const guarded = await everyday.guarded(cases);
  const judged = [judgeStart(guarded), ...cases.map((one) => judgeCase(one, free, guarded))];
  for (const { name, outcome, detail } of judged) if (outcome === 'differs') say(`  ${name}: ${detail}`);
  const noticed = await noticedIn(everyday, cases, free);
  everyday.end();
  return [...judged, ...noticed];
}

/** Identical is what the comparison is: it says of each that it differs. */
async function noticedIn(everyday: Everyday, cases: readonly BenignCase[], free: Run): Promise<BenignJudgement[]> {
  const judged: BenignJudgement[] = [];
  for (const planted of PLANTED) {
    const one = cases.find(({ name }) => name === planted.name);
    if (one === undefined) continue;
    const guarded = await everyday.guarded([one], guardedBut(`without-${planted.name}`, planted.take));
    judged.push(turned(judgeCase(one, free, guarded), planted));
  }
  return judged;
}

function turned(judgement: BenignJudgement, { lacks }: Planted): BenignJudgement {
  const isNoticed = judgement.outcome === 'differs' && judgement.refused.length + judgement.asked.length > 0;
  const name = `noticed: ${judgement.name} without ${lacks}`;
  return isNoticed
    ? { ...judgement, name, outcome: 'identical' }
    : { ...judgement, name, outcome: 'differs', detail: `nothing was noticed ${judgement.detail}` };
}

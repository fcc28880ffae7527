/** What programs of skills came to without the guard and with it. Pure. */
import { NARROWER, PROBED, STEPS } from './works.ts';

export type SkillsRun = {
  readonly agent: string;
  /** What the model was told of the steps, in order. */
  readonly told: readonly string[];
  /** The evidence log on what was refused to whom, paths as they are in the guest. */
  readonly refused: readonly { readonly skill: string | null; readonly path: string | null }[];
  /** Skills that the log says lost their trust. */
  readonly dropped: readonly (string | null)[];
  /** The end of what the agent printed. */
  readonly output: string;
  readonly seconds: number;
};

export type Check = { readonly name: string; readonly isGood: boolean; readonly detail: string };

export function judgeSkills(free: SkillsRun, guarded: SkillsRun): Check[] {
  const steps = STEPS.flatMap(({ why, word, guarded: wanted }, index): Check[] => {
    const [without = '', under = ''] = [free.told[index], guarded.told[index]];
    const isAsWanted =
      wanted === null ? under !== '' && !under.includes(`${word} yes`) : under.includes(`${word} ${wanted}`);
    return [
      {
        name: `control: without the guard it reads everything (${word})`,
        isGood: without.includes(`${word} yes yes yes`),
        detail: without,
      },
      { name: why, isGood: isAsWanted, detail: under },
    ];
  });
  const [, agents, skills] = PROBED.map((path) => path.replace('~', ''));
  const names = (path = '') => guarded.refused.some((one) => one.skill === NARROWER && one.path?.endsWith(path));
  const detail = JSON.stringify([guarded.refused, guarded.dropped]);
  return [
    ...steps,
    { name: 'the log names the skill for what the agent alone may read', isGood: names(agents), detail },
    { name: 'and for what it was granted and the agent was not', isGood: names(skills), detail },
    { name: 'and says that its trust is gone', isGood: guarded.dropped.includes(NARROWER), detail },
  ];
}

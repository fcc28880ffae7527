import { deputyNamed } from '../policy/deputies.ts';
import type { Policy } from '../policy/rule.ts';
import type { LintFinding } from './lint-finding.ts';

/** Programs outside the guard that the skill may have act for it: what it then has, in words. */
export function findDeputies({ paths }: Policy): LintFinding[] {
  return paths.flatMap(({ origin, effect }): LintFinding[] => {
    const deputy = origin.source === 'manifest' ? deputyNamed(origin.text) : undefined;
    if (deputy === undefined || deputy.grant === 'allow') return [];
    const lets = effect === 'allow' ? 'lets it' : 'lets it, once a person agrees,';
    return [
      {
        level: 'warning',
        code: deputy.root === true ? 'root-equivalent' : 'acts-for-person',
        message: `“${deputy.name}” ${lets} ${deputy.lets}`,
        remedy: 'Remove it, unless that is what the skill is for.',
        pointer: origin.pointer,
      },
    ];
  });
}

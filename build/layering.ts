import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import rules from '../.dependency-cruiser.mjs';
import { ROOT } from './root.ts';

const FOLDERS = ['core', 'client', 'helper', 'cli', 'electron', 'renderer', 'native', 'build', 'test'];

export interface LayeringViolation {
  rule: string;
  from: string;
  to: string;
  comment: string;
}

/** Imports below `root` that .dependency-cruiser.mjs forbids, and how many modules were looked at. */
export async function checkLayering(root = ROOT): Promise<{ modules: number; violations: LayeringViolation[] }> {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(folders, { ...rules.options, ruleSet: rules, validate: true, baseDir: root });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text instead of a result');
  const comments = new Map(rules.forbidden.map((rule) => [rule.name, rule.comment]));
  return {
    modules: output.summary.totalCruised,
    violations: output.summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from,
      to,
      comment: comments.get(rule.name) ?? '',
    })),
  };
}

if (import.meta.main) {
  const { modules, violations } = await checkLayering();
  for (const { rule, from, to, comment } of violations) console.error(`${from} -> ${to}\n  ${rule}: ${comment}`);
  console.error(`layering: ${modules} modules, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

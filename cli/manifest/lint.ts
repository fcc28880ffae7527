import { describeProblem } from '../../core/manifest/index.ts';
import { lintManifest } from '../../core/manifest/lint.ts';
import type { LintFinding } from '../../core/manifest/lint-finding.ts';
import type { ExitCode } from './command-error.ts';
import { readManifestFile } from './manifest-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { nowOf, type Surroundings } from './surroundings.ts';

export type LintOptions = { readonly json?: boolean; readonly strict?: boolean; readonly files: boolean };

/** Everything to be said about a manifest: exit 1 for an error, with `strict` for a warning too. */
export function lintFile(given: string, { json, strict, files }: LintOptions, surroundings: Surroundings): ExitCode {
  const { print, complain } = surroundings;
  const file = readManifestFile(given);
  const entries = files ? scanSkillFolder(file.folder) : null;
  const findings = lintManifest({ bytes: file.bytes, entries, manifestName: file.name, now: nowOf(surroundings) });
  const count = (level: LintFinding['level']) => findings.filter((one) => one.level === level).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (json === true) print(JSON.stringify({ file: file.path, errors, warnings, findings }, null, 2));
  else {
    for (const finding of findings)
      complain(`${finding.level}: ${describeProblem(finding, file.path)} [${finding.code}]`);
    print(`${file.path}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`);
  }
  return errors > 0 || (strict === true && warnings > 0) ? 1 : 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Runs attacks in the guest: on fixtures made afresh, one after another in one session. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './attack.ts';
import { PROGRAMS } from './compile.ts';
import { makeFixture } from './fixture.ts';
import { openLocalPeers } from './peer.ts';
import { grantedOf, localSockets, STRANGERS_SECRET, WORK } from './places.ts';
import { type CaseResult, planOf, readResults } from './plan.ts';
import { RINGFENCE, runAsDev } from './session.ts';
import { type Variant, writeAttackSkill, writeBecome } from './skills.ts';
import { clearStage, openStranger } from './stage.ts';

const SECONDS_EACH = 60;

/** What starts a session under one of the suite's manifests. */
export function launcherOf(variant: Variant): string[] {
  const [manifest, skill] = [writeAttackSkill(variant, PROGRAMS), writeBecome(variant, PROGRAMS)];
  return [RINGFENCE, 'run', '--manifest', manifest, '--skill', skill, '--'];
}

/** Of races that go on for long. */
export type Patience = { readonly rounds: number; readonly secondsEach: number };

/** Runs cases in one session, behind `launcher`, on fixtures made afresh. */
export async function runCases(
  cases: readonly Case[],
  launcher: readonly string[],
  name: string,
  patience?: Patience,
): Promise<Map<string, CaseResult>> {
  makeFixture(cases, PROGRAMS);
  if (patience !== undefined)
    for (const one of cases) writeFileSync(join(grantedOf(one), 'rounds'), `${patience.rounds}\n`, { mode: 0o644 });
  clearStage();
  const local = await openLocalPeers(localSockets(cases));
  const stranger = await openStranger(PROGRAMS, STRANGERS_SECRET);
  const plan = join(WORK, 'plan.tsv');
  writeFileSync(plan, planOf(cases, PROGRAMS), { mode: 0o644 });
  const before = performance.now();
  const outcome = await runAsDev(
    [...launcher, join(PROGRAMS, 'runner'), plan, String(patience?.secondsEach ?? SECONDS_EACH)],
    { cwd: WORK },
  );
  await Promise.all([local.close(), stranger.close()]);
  const results = readResults(outcome.stdout);
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  console.log(`  ${name}: ${results.size} of ${cases.length} runs in ${seconds} s, status ${outcome.status}`);
  if (results.size < cases.length) console.log(outcome.stderr.trim().replace(/^/gm, '    '));
  return results;
}

/** Whether this kernel gives user namespaces to everyone. */
export function userNamespaces(): boolean {
  const limit = (path: string): string => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return 'absent';
    }
  };
  return (
    limit('/proc/sys/kernel/unprivileged_userns_clone') !== '0' && limit('/proc/sys/user/max_user_namespaces') !== '0'
  );
}

/**
 * The part of the suite that runs in the guest, as root: makes the fixtures, runs every attack without a guard, under a
 * manifest that grants nothing of the victim's and under one that grants it, and leaves results.json in /mnt/out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { Person } from '../kernel/approvals/person.ts';
import { ATTACKS, type Case, casesOf, isPossible, needsNames, needsPeer } from './attack.ts';
import { readAudit } from './audit.ts';
import { runBenign } from './benign/compare.ts';
import { PROGRAMS } from './compile.ts';
import { makeFixture } from './fixture.ts';
import { type Judgement, judge } from './judge.ts';
import { openNames } from './names.ts';
import { openLocalPeers, openPeers } from './peer.ts';
import { HOME, localSockets, WORK } from './places.ts';
import { type CaseResult, planOf, readResults } from './plan.ts';
import { RINGFENCE, runAsDev } from './session.ts';
import { BECOME, skillId, type Variant, writeAttackSkill, writeBecome } from './skills.ts';
import { clearStage, openStranger, setStage } from './stage.ts';

const only = process.argv[2];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function userNamespaces(): boolean {
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

async function run(
  cases: readonly Case[],
  launcher: readonly string[],
  name: string,
): Promise<Map<string, CaseResult>> {
  makeFixture(cases, PROGRAMS);
  clearStage();
  const local = await openLocalPeers(localSockets(cases));
  const stranger = await openStranger(PROGRAMS, `${HOME}/vault/proc-descriptor/id_rsa`);
  const plan = join(WORK, 'plan.tsv');
  writeFileSync(plan, planOf(cases, PROGRAMS), { mode: 0o644 });
  const before = performance.now();
  const outcome = await runAsDev([...launcher, join(PROGRAMS, 'runner'), plan], { cwd: WORK });
  await Promise.all([local.close(), stranger.close()]);
  const results = readResults(outcome.stdout);
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  say(`  ${name}: ${results.size} of ${cases.length} runs in ${seconds} s, status ${outcome.status}`);
  if (results.size < cases.length) say(outcome.stderr.trim().replace(/^/gm, '    '));
  return results;
}

async function judgeAll(): Promise<Judgement[]> {
  const attacks = ATTACKS.filter((one) => isPossible(one, release(), userNamespaces()));
  const everywhere = casesOf(attacks, true);
  const peers = await openPeers(everywhere.filter(needsPeer).map((one) => one.port));
  const named = await openNames(everywhere.filter(needsNames).map((one) => one.port));
  const guard = (variant: Variant) => {
    const [manifest, skill] = [writeAttackSkill(variant, PROGRAMS), writeBecome(variant, PROGRAMS)];
    return [RINGFENCE, 'run', '--manifest', manifest, '--skill', skill, '--'];
  };
  writeBecome('guarded', PROGRAMS);
  setStage(PROGRAMS);
  const control = await run(everywhere, [], 'unguarded');
  const guarded = await run(casesOf(attacks, false), guard('guarded'), 'guarded');
  // what stands for the person is asked about even where it is granted
  const person = await Person.arrive();
  person.answer = () => 'allow-once';
  const granted = await run(everywhere, guard('granted'), 'granted');
  person.leave();
  peers.close();
  named.close();
  const records = await readAudit();
  const runs = {
    ...{ control, guarded, granted },
    guardedRecords: records.filter(({ skill_id: id }) => id === skillId('guarded') || id === BECOME),
    grantedRecords: records.filter(({ skill_id: id }) => id === skillId('granted') || id === BECOME),
  };
  say(`  ${runs.guardedRecords.length} and ${runs.grantedRecords.length} records`);
  writeFileSync(
    '/mnt/out/runs.json',
    JSON.stringify({ ...runs, control: [...control], guarded: [...guarded], granted: [...granted] }),
  );
  return attacks.map((attack) => judge(attack, everywhere, runs));
}

const judgements = only === 'benign' ? [] : await judgeAll();
const benign = only === 'attacks' ? [] : await runBenign(say);
writeFileSync('/mnt/out/results.json', JSON.stringify({ judgements, benign }));

/**
 * The part of the suite that runs in the guest, as root: makes the fixtures, runs every attack without a guard, under a
 * manifest that grants nothing of the victim's and under one that grants it, and leaves results.json in /mnt/out.
 */
import { copyFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import type { Choice } from '../benign/case.ts';
import { runBenign } from '../benign/main.ts';
import { Person } from '../kernel/approvals/person.ts';
import { ATTACKS, casesOf, isInShare, isPossible, needsNames, needsPeer } from './attack.ts';
import { readAudit } from './audit.ts';
import { PROGRAMS } from './compile.ts';
import { type Judgement, judge } from './judge.ts';
import { runMounted } from './mounted.ts';
import { openNames } from './names.ts';
import { openPeers } from './peer.ts';
import { runRaces } from './races.ts';
import { launcherOf, runCases, userNamespaces } from './run-cases.ts';
import { BECOME, skillId, writeBecome } from './skills.ts';
import { setStage } from './stage.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    full: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '100000' },
    /** Of the attacks, by their places in the list: even, odd, or all. */
    share: { type: 'string', default: 'all' },
    /** Which cases of everyday work, as JSON. */
    everyday: { type: 'string', default: '{}' },
  },
});
const everyday: Choice = JSON.parse(values.everyday);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const possibleAttacks = () =>
  ATTACKS.filter((one, place) => isInShare(place, values.share) && isPossible(one, release(), userNamespaces()));

async function judgeAll(): Promise<Judgement[]> {
  const attacks = possibleAttacks();
  const everywhere = casesOf(attacks, true);
  const peers = await openPeers(everywhere.filter(needsPeer).map((one) => one.port));
  const named = await openNames(everywhere.filter(needsNames).map((one) => one.port));
  writeBecome('guarded', PROGRAMS);
  const control = await runCases(everywhere, [], 'unguarded');
  const guarded = await runCases(casesOf(attacks, false), launcherOf('guarded'), 'guarded');
  // what stands for the person is asked about even where it is granted
  const person = await Person.arrive();
  person.answer = () => 'allow-once';
  const granted = await runCases(everywhere, launcherOf('granted'), 'granted');
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

/** What takes long is part of the full form alone, unless it is asked for. */
const IN_FULL: readonly string[] = ['races', 'mounts'];
const isWanted = (part: 'attacks' | 'benign' | 'races' | 'mounts'): boolean =>
  values.only.length > 0 ? values.only.includes(part) : values.full || !IN_FULL.includes(part);

if (isWanted('attacks') || isWanted('races')) setStage(PROGRAMS);
const judgements = isWanted('attacks') ? await judgeAll() : [];
const races = isWanted('races') ? await runRaces(possibleAttacks(), Number(values.rounds)) : [];
const mounted = isWanted('mounts') ? await runMounted() : [];
const benign = isWanted('benign') ? await runBenign(everyday, say) : [];
writeFileSync('/mnt/out/results.json', JSON.stringify({ share: values.share, judgements, races, mounted, benign }));
// for whoever has to find out why something was not as it should be
copyFileSync('/var/log/ringfenced.log', '/mnt/out/helper.log');

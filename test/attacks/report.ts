import type { BenignJudgement } from '../benign/everyday.ts';
import type { GuestResult } from '../vm/guest-plan.ts';
import { ATTACKS, isInShare, SUBJECTS } from './attack.ts';
import type { Judgement } from './judge.ts';
import type { Mounted } from './mounted.ts';
import type { Race } from './races.ts';

/** What `--json` holds for one kernel. */
export type Report = {
  kernel: string;
  release: string;
  accelerator: string;
  seconds: number;
  /** Attacks that can happen on this kernel and that a manifest can grant. */
  total: number;
  held: number;
  controlsSucceeded: number;
  benignTotal: number;
  benignIdentical: number;
  bypasses: string[];
  /** Not held, but no bypass either: some part of the proof is missing. */
  unproven: { name: string; missing: string[] }[];
  /** Refused whatever a manifest says, so that there is no granted run: counted apart. */
  alwaysRefused: { total: number; held: number };
  /** By number: the attacks that stand for it here, and whether all of them are held. */
  groups: Readonly<Record<string, Subject>>;
  incidents: Readonly<Record<string, Subject>>;
  /** Cannot happen on this kernel: their control is impossible. */
  impossible: string[];
  attacks: Judgement[];
  /** In the full form. */
  races: Race[];
  /** In the full form: mounts of the person's, by kind. */
  mounted: Mounted[];
  benign: BenignJudgement[];
  good: boolean;
};

/** A kind of bypass, or an incident. */
export type Subject = { what: string; attacks: string[]; held: boolean };

type GuestOutput = {
  /** Of the attacks: see isInShare. */
  share: string;
  judgements: Judgement[];
  races: Race[];
  mounted: Mounted[];
  benign: BenignJudgement[];
};

export function reportOf(kernel: string, guest: GuestResult, output: GuestOutput): Report {
  const always = new Set(ATTACKS.filter((attack) => attack.grant === 'none').map((attack) => attack.name));
  const counted = output.judgements.filter(({ name }) => !always.has(name));
  const uncounted = output.judgements.filter(({ name }) => always.has(name));
  const { benign } = output;
  const identical = benign.filter(({ outcome }) => outcome === 'identical');
  const failed = output.judgements.filter(({ held }) => !held);
  const ran = new Set(output.judgements.map(({ name }) => name));
  return {
    kernel,
    release: guest.kernelRelease,
    accelerator: guest.accelerator,
    seconds: Math.round(guest.seconds),
    total: counted.length,
    held: counted.filter(({ held }) => held).length,
    controlsSucceeded: counted.filter(({ controlSucceeded }) => controlSucceeded).length,
    benignTotal: benign.length,
    benignIdentical: identical.length,
    bypasses: failed.filter(({ bypassed }) => bypassed).map(({ name }) => name),
    unproven: failed.filter(({ bypassed }) => !bypassed).map(({ name, missing }) => ({ name, missing })),
    alwaysRefused: { total: uncounted.length, held: uncounted.filter(({ held }) => held).length },
    groups: subjectsOf('groups', output.judgements),
    incidents: subjectsOf('incidents', output.judgements),
    impossible:
      ran.size === 0
        ? []
        : ATTACKS.filter(({ name }, place) => isInShare(place, output.share) && !ran.has(name)).map(({ name }) => name),
    attacks: output.judgements,
    races: output.races,
    mounted: output.mounted,
    benign: output.benign,
    good:
      failed.length === 0 &&
      [...output.races, ...output.mounted].every(({ held }) => held) &&
      identical.length === benign.length,
  };
}

function subjectsOf(kind: 'groups' | 'incidents', judgements: readonly Judgement[]): Record<string, Subject> {
  const subject = ([number, what]: [string, string]): [string, Subject] => {
    const own = judgements.filter((one) => one[kind].includes(Number(number)));
    const held = own.length > 0 && own.every((one) => one.held);
    return [number, { what, attacks: own.map(({ name }) => name), held }];
  };
  return Object.fromEntries(Object.entries(SUBJECTS[kind]).map(subject));
}

const subjectWords = ({ groups, incidents }: Judgement): string =>
  [`bypass ${groups.join(', ')}`, ...(incidents.length > 0 ? [`incident ${incidents.join(', ')}`] : [])].join('; ');

function printSubjects(title: string, subjects: Readonly<Record<string, Subject>>, verbose: boolean): void {
  const all = Object.entries(subjects);
  const closed = all.filter(([, { held }]) => held);
  console.log(`  ${title.padEnd(16)}  ${closed.length} of ${all.length} with every attack held`);
  for (const [number, { what, attacks, held }] of all)
    if (verbose || !held)
      console.log(`    ${stateOf(held, attacks)}  ${number.padStart(2)}  ${what} (${attacks.length})`);
}

/** Where each kernel tries half of the attacks, it may be that none of one subject's is among them. */
function stateOf(held: boolean, attacks: readonly string[]): string {
  if (held) return 'held';
  return attacks.length === 0 ? 'none tried' : 'OPEN';
}

/** The table for people: what failed first, then the sums. `verbose` names every attack. */
export function printReport(report: Report, verbose: boolean): void {
  console.log(`\nLinux ${report.release} (${report.accelerator}, ${report.seconds} s)`);
  for (const attack of report.attacks) {
    if (attack.held && !verbose) continue;
    const state = attack.held ? 'held' : attack.bypassed ? 'BYPASS' : 'NOT PROVEN';
    console.log(
      `  ${state.padEnd(10)}  ${attack.name.padEnd(24)}  ${attack.held ? `${attack.hook} (${subjectWords(attack)})` : attack.missing.join('; ')}`,
    );
  }
  for (const { name, outcome, detail } of report.benign) {
    if (outcome !== 'identical' || verbose) console.log(`  ${outcome.padEnd(10)}  ${name.padEnd(24)}  ${detail}`);
  }
  console.log(
    `  attacks held      ${report.held} of ${report.total} (controls that succeeded: ${report.controlsSucceeded})`,
  );
  console.log(`  always refused    ${report.alwaysRefused.held} of ${report.alwaysRefused.total}`);
  if (report.attacks.length > 0) {
    printSubjects('kinds of bypass', report.groups, verbose);
    printSubjects('incidents', report.incidents, verbose);
  }
  if (report.impossible.length > 0) console.log(`  not possible here ${report.impossible.join(', ')}`);
  printRaces(report.races);
  printMounted(report.mounted);
  console.log(`  everyday work     ${report.benignIdentical} of ${report.benignTotal} identical`);
  console.log(`  bypasses          ${report.bypasses.join(', ') || 'none'}`);
}

function printRaces(races: readonly Race[]): void {
  if (races.length === 0) return;
  const sum = (field: 'rounds' | 'refused') => races.reduce((total, race) => total + race[field], 0);
  for (const { name, held, detail } of races) if (!held) console.log(`  RACE LOST   ${name}  ${detail}`);
  const held = races.filter((race) => race.held).length;
  console.log(`  races held        ${held} of ${races.length} (${sum('rounds')} rounds, ${sum('refused')} refused)`);
}

function printMounted(mounted: readonly Mounted[]): void {
  for (const { name, held, detail } of mounted) {
    if (!held) console.log(`  NOT HELD    ${name}: ${detail}`);
  }
  if (mounted.length === 0) return;
  console.log(`  mounts by kind    ${mounted.filter(({ held }) => held).length} of ${mounted.length} held`);
}

/** What test runners read: attacks and everyday tasks, each on each kernel. */
export function closingLine(reports: readonly Report[]): string {
  const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0);
  const extras = ({ races, mounted }: Report) => [...races, ...mounted];
  const passed = sum(
    (report) =>
      report.held +
      report.alwaysRefused.held +
      extras(report).filter(({ held }) => held).length +
      report.benignIdentical,
  );
  const all = sum((report) => report.total + report.alwaysRefused.total + extras(report).length + report.benignTotal);
  return `${passed} passed, ${all - passed} failed`;
}

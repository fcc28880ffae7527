/** Races in their full form: each goes on for long in the guarded session, and is counted. */
import { type Attack, type Case, casesOf } from './attack.ts';
import type { CaseResult } from './plan.ts';
import { launcherOf, runCases } from './run-cases.ts';

const SECONDS_EACH = 1800;
const REFUSED = 10;

/** One race: how often something was opened while what it leads to changed, and what came of it. */
export type Race = {
  readonly name: string;
  readonly rounds: number;
  readonly refused: number;
  /** Opens that found what the agent may read. */
  readonly harmless: number;
  readonly seconds: number;
  readonly held: boolean;
  /** What it ended with, where it was not held. */
  readonly detail: string;
};

export const isRace = ({ name }: Attack): boolean => name.startsWith('race-');

const numberIn = (report: Record<string, unknown> | null | undefined, field: string): number =>
  Number(report?.[field] ?? 0);

/** Held: refused to the last of all rounds, and something was refused at all. */
export function raceOf({ id }: Case, result: CaseResult | undefined, wanted: number): Race {
  const [rounds, refused, harmless] = (['rounds', 'refused', 'harmless'] as const).map((field) =>
    numberIn(result?.report, field),
  );
  const held = result?.exit === REFUSED && rounds === wanted && refused !== 0;
  const seconds = result === undefined ? 0 : Number(BigInt(result.end) - BigInt(result.start)) / 1e9;
  const detail = held ? '' : JSON.stringify(result ?? null);
  return {
    name: id,
    rounds: rounds ?? 0,
    refused: refused ?? 0,
    harmless: harmless ?? 0,
    seconds: Math.round(seconds),
    held,
    detail,
  };
}

export async function runRaces(attacks: readonly Attack[], rounds: number): Promise<Race[]> {
  const cases = casesOf(attacks.filter(isRace), false);
  const races: Race[] = [];
  // each in a session of its own: what one writes into the log does not slow the next one down
  for (const one of cases) {
    const results = await runCases([one], launcherOf('guarded'), one.id, { rounds, secondsEach: SECONDS_EACH });
    const race = raceOf(one, results.get(one.id), rounds);
    console.log(
      `    ${race.rounds} rounds, ${race.refused} refused, ${race.harmless} harmless${race.held ? '' : `: NOT HELD ${race.detail}`}`,
    );
    races.push(race);
  }
  return races;
}

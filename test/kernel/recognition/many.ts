/** The agent whose first statement reads the key, started again and again. */
import { until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import type { Way } from './layouts.ts';
import { begun, run } from './runs.ts';

const NODE_RUNS = { short: 8, full: 200 };
const NATIVE_RUNS = { short: 200, full: 10_000 };
const PATIENCE_MS = 600_000;

export interface Counts {
  readonly read: number;
  readonly refused: number;
  readonly other: number;
}

export function countsIn(text: string): Counts {
  const [, read, refused, other] = /read (\d+) refused (\d+) other (\d+)/.exec(text) ?? [];
  return { read: Number(read), refused: Number(refused), other: Number(other) };
}

/** `size` full: ten thousand. The control runs before there is a helper. */
export async function many(tally: Tally, ways: readonly Way[], reader: string, size: 'short' | 'full'): Promise<void> {
  const native = ways.find(({ how }) => how === 'native, by its version')?.command ?? [];
  const script = ways.find(({ agent, how }) => agent === 'openclaw' && how === 'its script')?.command ?? [];
  const before = begun().length;
  const runs = NATIVE_RUNS[size] + NODE_RUNS[size];
  const started = performance.now();
  const natives = countsIn(run([reader, 'repeat', String(NATIVE_RUNS[size]), ...native]).stdout);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  let leaked = 0;
  for (let at = 0; at < NODE_RUNS[size]; at++) if (!/^refused refused$/.test(run(script).stdout.trim())) leaked += 1;
  tally.check(
    'a native agent leaks nothing',
    natives.refused === NATIVE_RUNS[size] && natives.read === 0,
    JSON.stringify(natives),
  );
  tally.check('an agent under Node leaks nothing', leaked === 0, `${leaked} of ${NODE_RUNS[size]}`);
  const known = await until(() => begun().length >= before + runs, PATIENCE_MS);
  tally.check('each run is on record', known, `${begun().length - before} of ${runs}`);
  console.log(`    ${NATIVE_RUNS[size]} native starts in ${seconds} s, ${NODE_RUNS[size]} under Node`);
}

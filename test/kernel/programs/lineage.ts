/** A refusal names the agent behind it, whatever an agent puts between itself and who is refused. */
import { records } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, KEY } from './remote.ts';

const READ = `/usr/bin/cat ${KEY}`;
const DEEP = 40;

/** The program that is refused, and those above it, by what is put between. */
const WAYS: Readonly<Record<string, { readonly script: string; readonly chain: readonly string[] }>> = {
  nothing: { script: `${READ}; true`, chain: ['cat', 'sh'] },
  'shells that only fork': { script: `( ( ( ${READ}; true ); true ); true ); true`, chain: ['cat', 'sh'] },
  'a parent that has ended': { script: `( ( sleep 2; ${READ} ) & ); sleep 6`, chain: ['cat', 'sh'] },
  'programs that have ended': {
    script: `/usr/bin/env /bin/bash -c '( sleep 2; ${READ} ) & exit'; sleep 6`,
    chain: ['cat', 'bash', 'sh'],
  },
  'no program of its own': {
    script: `( : < ${KEY} ); true`,
    chain: ['sh', 'sh'],
  },
  'a line of programs longer than a record is': {
    script: nested(DEEP),
    chain: ['cat', ...Array<string>(30).fill('sh'), 'sh'],
  },
};

export async function lineage(tally: Tally): Promise<void> {
  for (const [between, { script, chain }] of Object.entries(WAYS)) {
    const before = records().length;
    await agent(script).ended;
    const refused = records()
      .slice(before)
      .find(({ path, verdict }) => path === KEY && verdict === 'block');
    const line = (refused?.process_chain ?? []) as { readonly pid: number; readonly executable: string | null }[];
    const names = line.map(({ executable }) => executable?.split('/').at(-1)?.replace('dash', 'sh'));
    tally.check(`${between}: up to the agent`, names.join() === chain.join(), JSON.stringify(refused));
    const first = records()
      .slice(before)
      .find(({ kind, call }) => kind === 'decision' && call === 'exec');
    tally.check(`${between}: the agent itself`, line.at(-1)?.pid === first?.pid, JSON.stringify({ line, first }));
  }
}

/** Each shell waits for the next, so that none takes the place of the one before. */
function nested(shells: number): string {
  return `export N=${shells}; cat > ~/work/deeper.sh <<'END'
N=$((N - 1)); export N
if [ $N -gt 0 ]; then /bin/sh ~/work/deeper.sh; else ${READ}; fi
true
END
/bin/sh ~/work/deeper.sh; true`;
}

/** A helper that is killed, or hangs, is started again by systemd; what is in force stays so all the while. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asDev, sleep, startAsDev, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { AGENT, isServedByOther, mainPid, PINS, property, run, statusOf, systemctl, UNIT } from './service.ts';

export interface DyingSetup {
  readonly tally: Tally;
  readonly programs: string;
}

const STOP = '/home/dev/work/enough';
/** Longer than systemd waits for a sign of life in a guest. */
const HANGS_MS = 240_000;

const journal = (): string => run('journalctl', '--no-pager', '-o', 'cat', '-u', UNIT).stdout;

/** One agent after another, each with a first statement that reads the key, until told to stop. Returns what they came to. */
function agentsAllTheWhile(programs: string): () => Promise<{ read: number; refused: number; other: number }> {
  rmSync(STOP, { force: true });
  const loop = `while ! test -e ${STOP}; do ${join(programs, 'reader')} repeat 20 ${AGENT}; done`;
  const { ended } = startAsDev(['/bin/sh', '-c', loop]);
  return async () => {
    asDev(['/usr/bin/touch', STOP]);
    const total = { read: 0, refused: 0, other: 0 };
    for (const [, read, refused, other] of (await ended).stdout.matchAll(/read (\d+) refused (\d+) other (\d+)/g)) {
      total.read += Number(read);
      total.refused += Number(refused);
      total.other += Number(other);
    }
    return total;
  };
}

export async function dying({ tally, programs }: DyingSetup): Promise<void> {
  const enough = agentsAllTheWhile(programs);
  const first = mainPid();
  const restarts = Number(property(UNIT, 'NRestarts'));
  const watchdogs = run('pgrep', '-f', 'native/build/ringfence-watchdog').stdout.trim().split('\n');
  process.kill(first, 'SIGKILL');
  await sleep(300);
  const outlives = watchdogs.some((pid) => pid !== '' && existsSync(`/proc/${pid}`));
  tally.check('killed: its watchdog outlives it', outlives, watchdogs.join());
  tally.check('killed: what it has pinned stays', existsSync(`${PINS}/links/rf_file_open`));
  tally.check('killed: another serves', await isServedByOther(first));
  const second = mainPid();
  process.kill(second, 'SIGSTOP');
  tally.check('hung: systemd notices', await until(() => mainPid() !== second, HANGS_MS), `${second} ${mainPid()}`);
  tally.check('hung: another serves', await isServedByOther(second));
  const third = mainPid();
  const counts = await enough();
  tally.check(
    'all the while every agent was refused',
    counts.refused >= 20 && counts.read + counts.other === 0,
    JSON.stringify(counts),
  );
  tally.check(
    'both were starts of systemd’s',
    Number(property(UNIT, 'NRestarts')) === restarts + 2,
    property(UNIT, 'NRestarts'),
  );
  const said = journal();
  tally.check('hung: by its watchdog', /Watchdog timeout/.test(said), said.slice(-2000));
  tally.check('the last one took over what is in force', third > 0 && /"how":"resumed"/.test(said));
  console.log(`  ${counts.refused} agents refused while the helper was killed and hung`);
}

/** Stopping, restarting and disabling the service ends no enforcement. */
export async function stopping({ tally, programs }: DyingSetup): Promise<void> {
  const enough = agentsAllTheWhile(programs);
  const first = mainPid();
  tally.check('stop: done', systemctl('stop', UNIT).status === 0);
  tally.check(
    'stop: the helper is gone',
    property(UNIT, 'ActiveState') === 'inactive' && !existsSync(`/proc/${first}`),
    `${property(UNIT, 'ActiveState')}: ${journal().slice(-2000)}`,
  );
  tally.check('stop: an agent is refused', asDev([AGENT]).stdout === 'refused\n');
  tally.check('stop: what is pinned stays', existsSync(`${PINS}/links/rf_file_open`));
  tally.check('stop: the sessions’ book stays', existsSync('/run/ringfence/sessions'));
  tally.check('start: done', systemctl('start', UNIT).status === 0 && (await isServedByOther(first)));
  tally.check('disable: done', systemctl('disable', UNIT).status === 0);
  tally.check('disable: it goes on', property(UNIT, 'ActiveState') === 'active' && statusOf(mainPid(), 'Name') !== '');
  tally.check('disable: not started with the machine', systemctl('is-enabled', UNIT).stdout.trim() === 'disabled');
  tally.check('enable again: done', systemctl('enable', UNIT).status === 0);
  const counts = await enough();
  tally.check(
    'all the while every agent was refused',
    counts.refused >= 20 && counts.read + counts.other === 0,
    JSON.stringify(counts),
  );
}

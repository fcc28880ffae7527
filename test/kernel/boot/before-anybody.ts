/** Rules are in force before anything starts that a user or a clock can use; and what a user's first programs come to. */
import { existsSync, readFileSync } from 'node:fs';
import { records, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { helperLog, monotonicUs, run, systemctl, UNIT } from './service.ts';

/** Of the service manager itself; none of them runs anything of a user's. */
const EARLY = new Set(['systemd-journald.service', UNIT]);
const LATER = ['dbus.service', 'systemd-logind.service', 'systemd-user-sessions.service', 'user@1000.service'];
const FIRST = '/home/dev/first.txt';
const FIRST_WITHIN_MS = 120_000;

/** What the first programs of the user's own manager came to: by program, the word and when, in seconds since the start. */
export async function firstWords(): Promise<Map<string, { word: string; seconds: number }>> {
  await until(() => existsSync(FIRST), FIRST_WITHIN_MS);
  const lines = existsSync(FIRST) ? readFileSync(FIRST, 'utf8').trim().split('\n') : [];
  return new Map(
    lines.map((line) => {
      const [program = '', word = '', seconds] = line.split(' ');
      return [program.split('/').at(-1) ?? '', { word, seconds: Number(seconds) }];
    }),
  );
}

export async function beforeAnybody(tally: Tally): Promise<void> {
  const ready = helperLog().find(({ msg }) => msg === 'rules are in force');
  const inForceUs = Number(ready?.monotonicUs);
  tally.check('the helper says since when', inForceUs > 0, JSON.stringify(ready));
  const activeUs = monotonicUs(UNIT, 'ActiveEnter');
  tally.check('systemd waits for that', activeUs >= inForceUs, `${inForceUs} µs in force, ${activeUs} µs active`);
  for (const unit of LATER) {
    const began = monotonicUs(unit, 'InactiveExit');
    tally.check(`${unit} begins after that`, began >= activeUs, `${began} µs, the helper is ready at ${activeUs} µs`);
  }
  earlierServices(tally, activeUs);
  const words = await firstWords();
  for (const [program, { word, seconds }] of words) {
    tally.check(`the user’s first program ${program} is refused`, word === 'refused', word);
    tally.check(`${program} ran after that`, seconds * 1e6 >= activeUs - 1e4, `${seconds} s`);
  }
  tally.check('both have run', words.size === 2, [...words.keys()].join());
  const recognised = records().find(
    ({ kind, path }) => kind === 'session.recognised' && /versions\/2/.test(String(path)),
  );
  tally.check('the agent was recognised when it was executed', recognised !== undefined && !recognised.late);
  console.log(
    `  in force ${(inForceUs / 1e6).toFixed(1)} s after the start, user@1000 begins at ${(monotonicUs('user@1000.service', 'InactiveExit') / 1e6).toFixed(1)} s, ` +
      `multi-user at ${(monotonicUs('multi-user.target', 'ActiveEnter') / 1e6).toFixed(1)} s`,
  );
}

function earlierServices(tally: Tally, activeUs: number): void {
  const shown = systemctl('show', '*.service', '-p', 'Id', '-p', 'InactiveExitTimestampMonotonic').stdout;
  const early = shown.split('\n\n').flatMap((block) => {
    const id = /^Id=(.*)$/m.exec(block)?.[1] ?? '';
    const began = Number(/^InactiveExitTimestampMonotonic=(\d+)$/m.exec(block)?.[1]);
    return began > 0 && began < activeUs && !EARLY.has(id) ? [id] : [];
  });
  tally.check('no other service begins earlier', early.length === 0 && shown.includes(UNIT), early.join(' '));
}

/** A log-in by PAM, as on a terminal. */
export async function logIn(tally: Tally, expected: 'read' | 'refused', ...programs: string[]): Promise<void> {
  for (const program of programs) {
    const said = run('su', '-l', 'dev', '-c', `${program}; test -n "$XDG_SESSION_ID" && echo in a session of logind`);
    tally.check(
      `${program.split('/').at(-1)}, after a log-in: ${expected}`,
      said.stdout === `${expected}\nin a session of logind\n`,
      `${said.stdout} ${said.stderr}`,
    );
  }
}

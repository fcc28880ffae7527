/** The helper as a service of systemd, as root and its user see it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Said, until } from '../installed.ts';

export const UNIT = 'ringfenced.service';
export const PINS = '/sys/fs/bpf/ringfence';
/** Emulated, one start of the helper takes a minute, and several while agents start without a pause. */
export const STARTS_WITHIN_MS = 600_000;

/** A recognised agent whose first statement reads the key: “read” or “refused”. */
export const AGENT = '/home/dev/.local/share/claude/versions/2.1.330';
/** The same first statement by a program that is no agent, and that nobody has accepted. */
export const UNLISTED = '/home/dev/bin/unlisted';

export function run(program: string, ...words: string[]): Said {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status, stdout, stderr };
}

export const systemctl = (...words: string[]): Said => run('systemctl', '--no-pager', ...words);

/** One property of a unit, as systemd has it. */
export const property = (unit: string, name: string): string =>
  systemctl('show', '--value', '-p', name, unit).stdout.trim();

export const mainPid = (): number => Number(property(UNIT, 'MainPID'));

/** Microseconds since the machine started; 0: never. */
export const monotonicUs = (unit: string, name: string): number => Number(property(unit, `${name}TimestampMonotonic`));

export const isActive = (): boolean => systemctl('is-active', UNIT).stdout.trim() === 'active';

/** Another helper than the one of this number serves. */
export function isServedByOther(than: number): Promise<boolean> {
  return until(() => isActive() && mainPid() !== than, STARTS_WITHIN_MS);
}

/** A field of the helper's status in /proc. */
export function statusOf(pid: number, field: string): string {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

/** What the helper has logged since the machine started, an object a line. */
export function helperLog(): Record<string, unknown>[] {
  return run('journalctl', '--no-pager', '-o', 'cat', '-u', UNIT)
    .stdout.split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

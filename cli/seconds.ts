const SECONDS_IN: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** The longest that anything can be loosened for at once. */
const MOST_SECONDS = 7 * 86_400;

export const LONGEST = 'Write 30m, 2h or 1d; a week at most.';

/** The time that `--for` says. Null for what is no time, or too long. */
export function secondsOf(text: string): number | null {
  const [, number, unit = ''] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (SECONDS_IN[unit] ?? Number.NaN);
  return seconds <= MOST_SECONDS ? seconds : null;
}

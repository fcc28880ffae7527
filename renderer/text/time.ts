const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');

/** What is left of a countdown: `0:27`, `14:03`, `1:04:59`. A second counts until it is over. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A span as people say it: `42 s`, `3 min`, `2 h 05 min`, `4 d`. */
export function span(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.max(0, Math.floor(milliseconds / SECOND))} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < DAY) return `${Math.floor(milliseconds / HOUR)} h ${two((milliseconds % HOUR) / MINUTE)} min`;
  return `${Math.floor(milliseconds / DAY)} d`;
}

/** An RFC 3339 moment in the reader's time zone: the time today, day and time before. */
export function moment(timestamp: string, now: number): string {
  const time = new Date(timestamp);
  const clockTime = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === new Date(now).toDateString()) return clockTime;
  return `${dayOf(time)} ${clockTime}`;
}

/** The same to the second, always with its day. */
export function exactMoment(timestamp: string): string {
  const time = new Date(timestamp);
  return `${dayOf(time)} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

/** To the second, with month and day unless it is of today. */
export function shortMoment(timestamp: string, now: number): string {
  const time = new Date(timestamp);
  const clockTime = timeOfDay(timestamp);
  if (time.toDateString() === new Date(now).toDateString()) return clockTime;
  return `${two(time.getMonth() + 1)}-${two(time.getDate())} ${clockTime}`;
}

/** Only the time of day, to the second. */
export function timeOfDay(timestamp: string): string {
  const time = new Date(timestamp);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

export function dayOf(time: Date): string {
  return [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
}

/** The seconds at which a countdown is said aloud, and no others. */
const SPOKEN = [30, 10] as const;

/** Which announcement is due when a countdown went from `before` to `after` milliseconds; null: none. */
export function dueAnnouncement(before: number, after: number): number | null {
  return SPOKEN.find((seconds) => before > seconds * SECOND && after <= seconds * SECOND && after > 0) ?? null;
}

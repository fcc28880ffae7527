const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/** A moment of a manifest: milliseconds since 1970 (rounded down), and a text that sorts as time does. */
export type Instant = { readonly milliseconds: number; readonly order: string };

/** RFC 3339 in UTC, with a capital T and Z and nothing left out; null for any other text, and for days that do not exist. */
export function parseInstant(text: string): Instant | null {
  const parts = FORM.exec(text);
  if (parts === null) return null;
  const fraction = (parts[7] ?? '').padEnd(9, '0');
  const whole = `${text.slice(0, 19)}.${fraction.slice(0, 3)}Z`;
  const milliseconds = Date.parse(whole);
  // a 30th of February is read as a day of March: only what comes out as it went in is a date
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== whole) return null;
  return { milliseconds, order: `${text.slice(0, 19)}.${fraction}` };
}

import { parseInstant } from './instant.ts';
import { type Places, placed, type SignatureError } from './problem.ts';
import type { Manifest } from './schema.ts';

/** How far the signer's clock may be ahead of this one's. */
export const CLOCK_SLACK_MS = 10 * 60_000;

/** Whether the manifest holds at `now` (milliseconds since 1970): null, or why not. */
export function checkValidity(manifest: Manifest, now: number, places?: Places): SignatureError | null {
  const found = tooEarly(manifest, now) ?? tooLate(manifest, now);
  return found === null ? null : placed(found, places);
}

function tooEarly({ created }: Manifest, now: number): SignatureError | null {
  const from = created === undefined ? null : parseInstant(created);
  if (from === null || from.milliseconds <= now + CLOCK_SLACK_MS) return null;
  const message = `the manifest says it was created at ${created}, and it is only ${shown(now)}`;
  const remedy = 'Set the clock of this machine; if it is right, the signer has to set theirs and sign again.';
  return { code: 'not-yet-valid', message, remedy, pointer: 'created' };
}

function tooLate({ expires }: Manifest, now: number): SignatureError | null {
  const until = expires === undefined ? null : parseInstant(expires);
  if (until === null || now < until.milliseconds) return null;
  const message = `the manifest expired at ${expires}, and it is ${shown(now)}`;
  const remedy = 'Get a newer version from its publisher; if it is your own, set a later "expires" and sign it again.';
  return { code: 'expired', message, remedy, pointer: 'expires' };
}

function shown(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/** What is told of everyone else, from the records in the log. */
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { EVERYONE_RECORD, type EveryoneSighting, everyoneSighting } from '../../core/protocol/everyone.ts';

/** Null: it is another record, or one of a program that cannot be named. */
export function sightingIn(record: EvidenceRecord): EveryoneSighting | null {
  if (record.kind !== EVERYONE_RECORD) return null;
  const { program, script, uid, location, operation, verdict, count, timestamp } = record;
  const said = { program, uid, location, operation, verdict, count, firstAt: timestamp, lastAt: timestamp };
  const sighting = everyoneSighting.safeParse(typeof script === 'string' ? { ...said, script } : said);
  return sighting.success ? sighting.data : null;
}

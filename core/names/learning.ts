import { z } from 'zod';
import data from './learning.json' with { type: 'json' };

const schema = z.strictObject({
  /** An answer counts for at least so long, so that who was just told can try one address after the other. */
  shortest_seconds: z.int().min(1).max(300),
  longest_seconds: z.int().min(60).max(86_400),
  /** A call waits so long for an answer that the helper has to read. */
  wait_milliseconds: z.int().min(10).max(5000),
});

export type LearningSettings = {
  readonly shortestSeconds: number;
  readonly longestSeconds: number;
  readonly waitMilliseconds: number;
};

const known = schema.parse(data);

/** For how long answers count. */
export const LEARNING: LearningSettings = {
  shortestSeconds: known.shortest_seconds,
  longestSeconds: known.longest_seconds,
  waitMilliseconds: known.wait_milliseconds,
};

/** For how many seconds an answer counts that says so of itself. */
export function countedSeconds(ttl: number, { shortestSeconds, longestSeconds }: LearningSettings = LEARNING): number {
  return Math.min(longestSeconds, Math.max(shortestSeconds, ttl));
}

import type { Manifest } from '../../../core/manifest/schema.ts';

export type LimitName = keyof NonNullable<Manifest['limits']>;

/** What a manifest can limit, in the order it is shown in. */
export const LIMIT_NAMES = ['deletions_per_minute', 'processes', 'bytes_sent'] as const satisfies readonly LimitName[];

/** What somebody wrote as a limit; null: no limit, undefined: no number. */
export function limitOf(written: string): number | null | undefined {
  const digits = written.trim();
  if (digits === '') return null;
  const limit = Number(digits);
  return /^[0-9]+$/.test(digits) && Number.isSafeInteger(limit) ? limit : undefined;
}

import { join } from 'node:path';
import { z } from 'zod';
import { type Case, programOf } from './attack.ts';
import { AS_ROOT, areaOf, grantedOf } from './places.ts';

/** The lines that the runner reads. */
export function planOf(cases: readonly Case[], programs: string): string {
  const line = (one: Case) =>
    [
      one.id,
      ...(one.attack.as === 'root' ? [AS_ROOT] : []),
      join(programs, programOf(one.attack)),
      ...[areaOf(one), grantedOf(one), String(one.port)],
    ].join('\t');
  return `${cases.map(line).join('\n')}\n`;
}

const resultSchema = z.looseObject({
  name: z.string(),
  start: z.string().regex(/^\d+$/),
  end: z.string().regex(/^\d+$/),
  exit: z.int(),
  signal: z.int(),
  report: z.looseObject({ step: z.string(), ok: z.boolean(), errno: z.int() }).nullable(),
});

/** How one case ended. `start` and `end` are CLOCK_MONOTONIC nanoseconds. */
export type CaseResult = z.infer<typeof resultSchema>;

/** Results by case. Lines that are not the runner's are left out: the missing result then speaks. */
export function readResults(output: string): Map<string, CaseResult> {
  const results = output.split('\n').flatMap((line) => {
    if (!line.startsWith('{"name":')) return [];
    const result = resultSchema.safeParse(JSON.parse(line));
    return result.success ? [result.data] : [];
  });
  return new Map(results.map((result) => [result.name, result]));
}

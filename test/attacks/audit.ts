import { z } from 'zod';
import { RINGFENCE, runAsDev } from './session.ts';

/** One line of the evidence log, as far as tests look at it. */
export const recordSchema = z.looseObject({
  kind: z.string(),
  seq: z.int(),
  skill_id: z.string().nullable(),
  verdict: z.string().nullable(),
  path: z.string().nullable(),
  mono_ns: z.string(),
  timestamp: z.string(),
  first_mono_ns: z.string().nullish(),
  operation: z.string().nullish(),
  call: z.string().nullish(),
  reason: z.string().nullish(),
  rule: z.looseObject({ id: z.int(), text: z.string().nullish() }).nullish(),
  location: z.string().nullish(),
  address: z.string().nullish(),
  port: z.int().nullish(),
  process_chain: z.array(z.looseObject({ executable: z.string().nullable() })).optional(),
});

export type GuestRecord = z.infer<typeof recordSchema>;

/** The records of this user's sessions, as `ringfence audit --json` prints them, one a line. Throws if it fails. */
export async function readAudit(): Promise<GuestRecord[]> {
  const { status, stdout, stderr } = await runAsDev(
    [RINGFENCE, 'audit', '--json', '--all', '--verdict', 'block', 'kill'],
    { cwd: '/' },
  );
  if (status !== 0) throw new Error(`ringfence audit --json ended with ${status}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => recordSchema.parse(JSON.parse(line)));
}

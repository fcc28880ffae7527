/** What one run of an agent came to, as the guest prints it and the machine outside keeps it: judged later, by whoever reads it. */
import type { GuestRecord } from '../attacks/audit.ts';
import type { Finished } from './judge.ts';
import type { Played } from './play.ts';
import type { Secrets } from './secrets.ts';

/** `free`: on a machine that the guard was never started on. */
export const SIDES = ['free', 'guarded'] as const;
export type Side = (typeof SIDES)[number];

/** One refusal of the evidence log. */
export type Refusal = Pick<GuestRecord, 'call' | 'operation' | 'path' | 'address' | 'port' | 'location'> & {
  /** By which rule, or for which reason without one. */
  readonly rule: string | null;
  /** Programs of the processes that led there, the nearest first. */
  readonly chain: readonly (string | null)[];
};

export type RunRecord = {
  readonly agent: string;
  readonly task: string;
  readonly secrets: Secrets;
  readonly finished: Omit<Finished, 'files'> & { readonly files: readonly (readonly [string, string | null])[] };
  readonly tree: readonly (readonly [string, string])[];
  /** The end of what the agent printed. */
  readonly output: string;
  /** What a person was asked. */
  readonly asked: readonly string[];
  /** Each once. */
  readonly refused: readonly Refusal[];
  /** Entries of its manifest on places in the home that let something through, as written. */
  readonly used: readonly string[];
  readonly seconds: number;
};

/** Ways in which an agent was started outside of any session. */
export type Recognised = {
  readonly agent: string;
  readonly recognised: readonly string[];
  readonly not: readonly string[];
};

const OUTPUT_LENGTH = 3000;

export function recordOf({ secrets, finished, tree, output }: Played): Pick<RunRecord, keyof Played & keyof RunRecord> {
  // what an agent offers is of no account any more
  const exchanges = finished.exchanges.map((each) => ({ ...each, tools: [] }));
  return {
    secrets,
    finished: { ...finished, exchanges, files: [...finished.files] },
    tree: [...tree],
    output: output.slice(-OUTPUT_LENGTH),
  };
}

export const finishedOf = ({ finished }: RunRecord): Finished => ({ ...finished, files: new Map(finished.files) });

/** A refusal without what differs each time. */
export function refusalOf(record: GuestRecord): Refusal {
  const { call, operation, path, address, port, location, reason, rule, process_chain } = record;
  const chain = (process_chain ?? []).map(({ executable }) => executable);
  return { call, operation, path, address, port, location, rule: rule?.text ?? reason ?? location ?? null, chain };
}

import { z } from 'zod';
import { CALLS, type Call, OPERATIONS, REASONS, type Reason, type Verdict } from '../policy/vocabulary.ts';

/** Layout of a record. Fields are only ever added while it stands. */
export const RECORD_VERSION = 1;

/** Number of a record in its log: 1, 2, 3 … without holes. */
export type RecordSequence = number & { readonly brand: 'RecordSequence' };

/** Nanoseconds of CLOCK_MONOTONIC, decimal. A string since it outgrows 53 bits. */
export type MonotonicNs = string & { readonly brand: 'MonotonicNs' };

const DECISION_VERDICTS = ['allow', 'block', 'kill', 'require_approval'] as const satisfies readonly Verdict[];

/** What a record says became of a call. `audit`: it went through by the session's mode alone, and would have been `would_be`. */
export const RECORDED_VERDICTS = [...DECISION_VERDICTS, 'audit'] as const;
export type RecordedVerdict = (typeof RECORDED_VERDICTS)[number];
const words = <Word extends string>(list: readonly (Word | null)[]): Word[] => list.filter((word) => word !== null);

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.string().regex(/^(0|[1-9][0-9]{0,19})$/);
const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const unsigned = z.int().min(0);

/** Numbers of kernel events, ascending: `3`, `5-9,12`. */
const sequenceRanges = z.string().regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/);

/** Which rule decided, in the words of the manifest. */
const ruleSchema = z.looseObject({ id: unsigned, pointer: z.string().nullable(), text: z.string().nullable() });

/** Who asked: the process first, then its ancestors within the session. `executable` is null when no exec was seen. */
const processSchema = z.looseObject({ pid: unsigned, executable: z.string().nullable() });

const objectSchema = z.looseObject({ device: unsigned, inode: decimal, generation: unsigned });

/** The Merkle tree of all records before this one, so that a log can be continued from its last segment alone. */
const treeSchema = z.strictObject({ size: unsigned, hashes: z.array(digest) });

/** Which kernel events the log already holds, so that a restart neither repeats nor misses one. */
const kernelStateSchema = z.looseObject({
  boot_id: z.string(),
  instance: z.string(),
  contiguous: decimal,
  above: z.union([z.literal(''), sequenceRanges]),
  missing: z.union([z.literal(''), sequenceRanges]),
});

/** How often what record `of` says happened again. */
const repeatSchema = z.looseObject({ of: z.int().min(1), count: z.int().min(1), last_mono_ns: decimal });

/** What a record may carry beside the fields that are always there. Unknown fields pass: the hash covers them too. */
const bodyShape = {
  session: z.string().optional(),
  owner_uid: unsigned.optional(),
  policy_sha256: digest.optional(),
  operation: z.enum(OPERATIONS).optional(),
  call: z.enum(words<Call>(CALLS)).optional(),
  reason: z.enum(words<Reason>(REASONS)).optional(),
  would_be: z.enum(DECISION_VERDICTS).optional(),
  rule: ruleSchema.nullable().optional(),
  location: z.string().nullable().optional(),
  tid: unsigned.optional(),
  parent_pid: unsigned.optional(),
  uid: unsigned.optional(),
  comm: z.string().optional(),
  process_chain: z.array(processSchema).optional(),
  object: objectSchema.optional(),
  path_base64: z.string().optional(),
  /** Where a rename or link leads. */
  other_path: z.string().optional(),
  /** Number of the question that a person was asked. */
  request: z.int().min(1).optional(),
  /** Who answered it. */
  approver_uid: unsigned.optional(),
  address: z.string().optional(),
  port: z.int().min(0).max(65_535).optional(),
  kernel_sequence: decimal.optional(),
  kernel_sequences: sequenceRanges.optional(),
  count: z.int().min(1).optional(),
  first_mono_ns: decimal.optional(),
  last_mono_ns: decimal.optional(),
  repeat_of: z.int().min(1).optional(),
  log_id: z.string().optional(),
  public_key: z.string().optional(),
  tree: treeSchema.optional(),
  kernel: kernelStateSchema.nullable().optional(),
  kernel_instance: z.string().optional(),
  repeats: z.array(repeatSchema).optional(),
  cause: z.string().optional(),
  message: z.string().optional(),
};

/** The fields that name what happened; null where a record is not about a process, a path or a verdict. */
const subjectShape = {
  pid: unsigned.nullable(),
  skill_id: z.string().nullable(),
  action: z.string().nullable(),
  path: z.string().nullable(),
  verdict: z.enum(RECORDED_VERDICTS).nullable(),
};

/** One line of the evidence log. */
export const recordSchema = z.looseObject({
  v: z.literal(RECORD_VERSION),
  seq: z.int().min(1),
  boot_id: z.string().min(1),
  mono_ns: decimal,
  timestamp,
  kind: z.string().min(1),
  prev: digest,
  evidence_hash: digest,
  ...subjectShape,
  ...bodyShape,
});

export type EvidenceRecord = z.infer<typeof recordSchema>;

/** What a writer knows before the log gives it a number, a time and a place in the chain. */
export const draftSchema = z.looseObject({
  kind: z.string().min(1),
  /** When it happened; now if it is left out. */
  mono_ns: decimal.optional(),
  pid: subjectShape.pid.optional(),
  skill_id: subjectShape.skill_id.optional(),
  action: subjectShape.action.optional(),
  path: subjectShape.path.optional(),
  verdict: subjectShape.verdict.optional(),
  ...bodyShape,
});

export type RecordDraft = z.infer<typeof draftSchema>;

/** Fields only the log itself may set. */
export const RESERVED_FIELDS = ['v', 'seq', 'boot_id', 'timestamp', 'prev', 'evidence_hash'] as const;

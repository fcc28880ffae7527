import { z } from 'zod';
import { parseEgress } from './egress.ts';
import { findHiddenCharacter, findHiddenCharacterInProse } from './hidden-character.ts';
import { parseInstant } from './instant.ts';
import { parsePublicKey } from './key.ts';
import { MAX_LIST, MAX_SIGNERS } from './limits.ts';
import { checkPathPattern, checkSkillPath } from './path-pattern.ts';
import type { FieldCode } from './problem.ts';

/** What a check of ours leaves in zod's issue, so that parse.ts can tell code and remedy. */
export type CheckParams = { readonly code: FieldCode; readonly remedy: string };

type Issues = { push(issue: { code: 'custom'; message: string; params: CheckParams; input: unknown }): unknown };

function report(issues: Issues, input: unknown, code: FieldCode, message: string, remedy: string): void {
  issues.push({ code: 'custom', message, params: { code, remedy }, input });
}

/** A name or id: one line that shows everything it holds. */
function label(longest: number) {
  return z.string().check(({ value, issues }) => {
    const hidden = findHiddenCharacter(value);
    if (hidden !== null) report(issues, value, 'hidden-character', `the text holds ${hidden}`, 'Remove the character.');
    else if (value === '') report(issues, value, 'bad-value', 'the text is empty', 'Write at least one character.');
    else if (value.trim() !== value) {
      report(issues, value, 'bad-value', 'the text begins or ends with a space', 'Remove the space.');
    } else if (value.length > longest) {
      report(issues, value, 'too-long', `the text has more than ${longest} characters`, 'Shorten it.');
    }
  });
}

const prose = z.string().check(({ value, issues }) => {
  const hidden = findHiddenCharacterInProse(value);
  if (hidden !== null) report(issues, value, 'hidden-character', `the text holds ${hidden}`, 'Remove the character.');
  else if (value.length > 4096)
    report(issues, value, 'too-long', 'the text has more than 4096 characters', 'Shorten it.');
});

const pathPattern = z.string().check(({ value, issues }) => {
  const problem = checkPathPattern(value);
  if (problem !== null) report(issues, value, 'bad-path', problem.message, problem.remedy);
});

const egress = z.string().check(({ value, issues }) => {
  const parsed = parseEgress(value);
  if (!parsed.ok) report(issues, value, 'bad-egress', parsed.error.message, parsed.error.remedy);
});

const skillPath = z.string().check(({ value, issues }) => {
  const problem = checkSkillPath(value);
  if (problem !== null) report(issues, value, 'unsafe-path', problem.message, problem.remedy);
});

function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).check(({ value, issues }) => {
    if (value.length <= MAX_LIST) return;
    const remedy = 'Name directories with /** in place of single files.';
    report(issues, value, 'too-long', `the list has more than ${MAX_LIST} entries`, remedy);
  });
}

// Strict inside: a permission that is not understood could be a restriction, and leaving it out would widen the grant.
const lists = {
  filesystem: z.strictObject({ read: list(pathPattern).optional(), write: list(pathPattern).optional() }).optional(),
  network: z.strictObject({ egress: list(egress).optional() }).optional(),
  exec: list(pathPattern).optional(),
};

const permissions = z.strictObject({
  ...lists,
  /** What a person is asked about each time: it wins over a grant of the same. */
  require_approval: z.strictObject(lists).optional(),
});

// The forms of its texts are judged by verifySignature, which can say what they look like.
const signature = z.looseObject({
  algorithm: label(64),
  value: z.string(),
  signed_by: label(128),
  key_id: z.string().optional(),
  /** `sha256:` of the canonical manifest without its signature: tells a changed manifest from a changed signature. */
  digest: z.string().optional(),
  /** Says that the text is laid out in one way, so that no byte of it can change: see layout.ts. */
  layout: z.string().optional(),
  /** Key ids of those without whose co-signatures it must not be used. */
  co_signers: z.array(z.string()).optional(),
});

/** As many as may sign one manifest. */
function signers<Item extends z.ZodType>(item: Item) {
  return z.array(item).check(({ value, issues }) => {
    if (value.length <= MAX_SIGNERS) return;
    report(issues, value, 'too-long', `the list has more than ${MAX_SIGNERS} entries`, 'Leave out those not needed.');
  });
}

const instant = z.string().check(({ value, issues }) => {
  if (parseInstant(value) !== null) return;
  const remedy = 'Write a moment in UTC, as 2026-12-31T00:00:00Z.';
  report(issues, value, 'bad-time', 'the text is no date and time of RFC 3339 in UTC', remedy);
});

const publicKey = z.string().check(({ value, issues }) => {
  const parsed = value.includes('\n') ? null : parsePublicKey(value);
  const remedy = 'Write the line of the .pub file: ringfence-ed25519 <base64> <name>, or ssh-ed25519 <base64> <name>.';
  if (parsed === null) report(issues, value, 'bad-key', 'the text has more than one line', remedy);
  else if (!parsed.ok) report(issues, value, 'bad-key', parsed.error.message, remedy);
});

const webAddress = label(2048).check(({ value, issues }) => {
  if (/^https:\/\/[^\s/@]+(\/\S*)?$/.test(value)) return;
  report(issues, value, 'bad-value', 'the text is no address of the web', 'Write it from https:// on.');
});

/** Who stands behind the manifest, and since when and until when it holds. */
const trustFields = {
  publisher: z
    .looseObject({
      name: label(128).optional(),
      url: webAddress.optional(),
      /** Their public keys: what a person is shown and can decide to trust. By themselves they prove nothing. */
      keys: signers(publicKey).optional(),
    })
    .optional(),
  created: instant.optional(),
  expires: instant.optional(),
  /** Versions that this one takes the place of: for versions that have no order of their own. */
  supersedes: list(label(64)).optional(),
  /** Co-signatures: see co-signature.ts. */
  signatures: signers(signature).optional(),
};

/** The format of clawmanifest.json. Loose at the top: unknown fields are kept, since the signature covers them. */
export const manifestSchema = z.looseObject({
  skill_id: label(128),
  version: label(64),
  name: label(128).optional(),
  description: prose.optional(),
  critical: list(label(128)).optional(),
  /** What a refusal does besides the EPERM: `kill` also kills the process. */
  on_violation: z.enum(['block', 'kill']).optional(),
  ...trustFields,
  permissions,
  hashes: z.record(skillPath, z.string()),
  signature: signature.optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Permissions = Manifest['permissions'];
/** The lists that grant, and in the same shape those that ask. */
export type PermissionLists = Omit<Permissions, 'require_approval'>;
export type Signature = z.infer<typeof signature>;

/** The form of one signature, as it also stands in a detached file. */
export { signature as signatureSchema };

/** Names of the top-level fields this version understands. */
export const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(manifestSchema.shape));

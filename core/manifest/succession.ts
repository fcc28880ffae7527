import { parseInstant } from './instant.ts';
import type { Problem } from './problem.ts';
import { compareVersions } from './version.ts';

/** One issue of a skill's manifest, as far as its order among the others goes. */
export type Issue = {
  readonly skillId: string;
  readonly version: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly created: string | null;
  /** Versions that it says it takes the place of. */
  readonly supersedes: readonly string[];
  /** Of what was signed, 64 hex digits: see `issueDigest`. */
  readonly digest: string;
};

/** What is remembered of a skill. `last` is null when only its key was settled. */
export type Remembered = {
  readonly keyId: string;
  readonly keyName: string;
  readonly last: Pick<Issue, 'version' | 'created' | 'digest'> | null;
};

export type SuccessionCode = 'other-key' | 'rolled-back' | 'same-version' | 'incomparable-version';
export type SuccessionError = Problem<SuccessionCode>;

/** Whether an issue may come after what is remembered: null, or why not. */
export function judgeSuccession(before: Remembered, next: Issue): SuccessionError | null {
  if (before.keyId !== next.keyId) return otherKey(before, next);
  if (before.last === null || before.last.digest === next.digest) return null;
  const { version, created } = before.last;
  switch (compareVersions(version, next.version)) {
    case 'newer':
      return null;
    case 'older':
      return rolledBack(next, version);
    case 'same':
      return isLater(created, next.created) ? null : sameVersion(next, before.last);
    case null:
      return next.supersedes.includes(version) ? null : incomparable(next, version);
  }
}

/** A time is later than none: who signs with one now may not go back to what has none. */
function isLater(before: string | null, next: string | null): boolean {
  const [old, young] = [before, next].map((text) => (text === null ? null : parseInstant(text)));
  if (!young) return false;
  return !old || young.order > old.order;
}

function otherKey(before: Remembered, { skillId, keyId, keyName }: Issue): SuccessionError {
  const message = `${skillId} is bound to the key ${before.keyId} (${before.keyName}), and this manifest is signed by ${keyId} (${keyName})`;
  return {
    code: 'other-key',
    message,
    remedy: repin(skillId, 'the publisher has changed their key'),
    pointer: 'signature',
  };
}

function rolledBack({ skillId, version }: Issue, seen: string): SuccessionError {
  const message = `${skillId} ${version} is older than ${seen}, which ran here already`;
  return { code: 'rolled-back', message, remedy: repin(skillId, 'you want the older version'), pointer: 'version' };
}

function sameVersion(next: Issue, before: NonNullable<Remembered['last']>): SuccessionError {
  const { skillId, version, created } = next;
  const seen = before.version === version ? 'the one' : before.version;
  const order = created === null || before.created === null ? '' : ` (created ${created}, not after ${before.created})`;
  const message = `this is another ${skillId} ${version} than ${seen} that ran here already${order}`;
  const remedy = `If it is your own, raise "version" or sign it again: ringfence manifest sign FILE. ${repin(skillId, 'it is the one you want')}`;
  return { code: 'same-version', message, remedy, pointer: 'version' };
}

function incomparable({ skillId, version }: Issue, seen: string): SuccessionError {
  const message = `the version ${version} of ${skillId} cannot be compared with ${seen}, which ran here already`;
  const remedy = `Its publisher can write versions as 1.2.3, or name "${seen}" in "supersedes". ${repin(skillId, 'it is the newer one')}`;
  return { code: 'incomparable-version', message, remedy, pointer: 'version' };
}

function repin(skillId: string, certain: string): string {
  return `If you are certain that ${certain}: ringfence keys repin ${JSON.stringify(skillId)}`;
}

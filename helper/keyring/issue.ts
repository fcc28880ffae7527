import type { Issue } from '../../core/manifest/index.ts';
import type { PolicySummary } from '../worker/binding.ts';

/** An issue as the worker has told it. */
export function issueOf(summary: PolicySummary): Issue {
  const { skillId, version, keyId, keyName, created, supersedes, issue: digest } = summary;
  return { skillId, version, keyId, keyName, created, supersedes, digest };
}

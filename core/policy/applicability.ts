/** Whom a manifest is for: it may name the agents, and where the skill lies. */
import type { Manifest } from '../manifest/index.ts';
import { failure, type Result, success } from '../result.ts';
import type { BindContext } from './bind-context.ts';
import { pathComponents } from './host-path.ts';
import { resolveSymbol } from './manifest-paths.ts';
import { matchPath } from './pattern/match-path.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import { atOrigin, type PolicyError } from './policy-error.ts';
import type { RuleOrigin } from './rule.ts';

/** That the manifest is for this session, or why not. */
export function checkApplicability(manifest: Manifest, context: BindContext): Result<void, PolicyError> {
  const { agents, skill_root: root } = manifest.applies_to ?? {};
  if (agents !== undefined && !agents.includes(context.agent ?? '')) return failure(otherAgent(agents, context));
  return root === undefined ? success(undefined) : checkPlace(root, context);
}

function checkPlace(root: string, context: BindContext): Result<void, PolicyError> {
  const origin: RuleOrigin = { source: 'manifest', pointer: 'applies_to.skill_root', text: root };
  const resolved = resolveSymbol(origin, context);
  if (!resolved.ok) return resolved;
  const patterns = parsePattern(resolved.value ?? '/');
  if (!patterns.ok) return failure(atOrigin('bad-pattern', origin, patterns.error.message, patterns.error.remedy));
  const names = pathComponents(context.skill);
  if (resolved.value !== null && patterns.value.some((pattern) => matchPath(pattern, names))) return success(undefined);
  const problem = `the skill lies in ${context.skill}, which is not there`;
  return failure(atOrigin('other-place', origin, problem, 'Move the skill to where its manifest says it lies.'));
}

function otherAgent(agents: readonly string[], { agent }: BindContext): PolicyError {
  return {
    code: 'other-agent',
    message: `the manifest is for ${agents.join(', ') || 'no agent'}, and this is ${agent ?? 'another program'}`,
    remedy: 'Start an agent it is for, or use another manifest.',
    rules: [],
    pointer: 'applies_to.agents',
  };
}

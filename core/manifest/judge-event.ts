import type { Decision } from '../policy/decision.ts';
import { evaluate, evaluateAddress, evaluateLocalName, evaluateName } from '../policy/evaluate.ts';
import { evaluateRename } from '../policy/evaluate-rename.ts';
import type { ProtectedLocation } from '../policy/locations.ts';
import type { Policy, RuleOrigin } from '../policy/rule.ts';
import type { Reason } from '../policy/vocabulary.ts';
import type { ManifestEvent } from './event.ts';

export type Judgement = {
  readonly decision: Decision;
  /** The rule that decided; null where none did. */
  readonly origin: RuleOrigin | null;
  readonly explanation: string;
};

/** What the specification says of an event, and why in words. */
export function judgeEvent(policy: Policy, locations: readonly ProtectedLocation[], event: ManifestEvent): Judgement {
  const decision = decide(policy, locations, event);
  const rules = [...policy.paths, ...policy.network, ...policy.names, ...(policy.localNames ?? [])];
  const rule = rules.find(({ id }) => id === decision.rule);
  const origin = rule?.origin ?? null;
  return { decision, origin, explanation: explain(decision, origin) };
}

function decide(policy: Policy, locations: readonly ProtectedLocation[], event: ManifestEvent): Decision {
  switch (event.kind) {
    case 'path':
      return evaluate(policy, locations, event.request);
    case 'rename':
      return evaluateRename(policy, locations, event.from, event.to, {
        directory: event.directory,
        targetExists: false,
      });
    case 'local-name':
      return evaluateLocalName(policy, event.name);
    case 'address':
      return evaluateAddress(policy, event.operation, event.request);
    case 'name':
      return evaluateName(policy, event.request);
  }
}

const REASON_WORDS: Readonly<Partial<Record<Reason, string>>> = {
  'no-rule': 'no rule speaks of it',
  'directory-move':
    'below the two places the rules are not the same, so moving the directory would change what is allowed in it',
  'too-deep': 'it lies below more directories than can be judged',
  'name-too-long': 'a name in it is longer than any file can have',
  'private-address': 'a name that it grants led there, but no public name leads to such an address',
  'name-expired': 'a name that it grants led there too long ago',
  'audit-mode': 'no rule speaks of it, and audit mode lets that pass',
};

function explain({ reason, location, verdict }: Decision, origin: RuleOrigin | null): string {
  if (location !== undefined) return `${location} is a protected location, which no manifest opens`;
  if (origin !== null) {
    if (origin.source === 'deputy') return `${origin.text} acts for the person, and is opened by its name alone`;
    const whose = origin.source === 'base' ? 'what every skill may do' : origin.pointer;
    return `by ${whose}: “${origin.text}”`;
  }
  const words = REASON_WORDS[reason] ?? reason;
  return reason === 'no-rule' && verdict === 'require_approval' ? `${words}, and a class has that asked about` : words;
}

import { coversName, parseNamePattern } from '../names/host-name.ts';
import { covers, parsePrefix } from '../policy/network-address.ts';
import type { NameRule, NetworkRule, PathRule, Policy } from '../policy/rule.ts';
import { type CoveredSet, coveredSets } from '../policy/rule-coverage.ts';
import { type Effect, type Operation, PATH_OPERATIONS, verdictCode } from '../policy/vocabulary.ts';
import type { LintFinding } from './lint-finding.ts';

/** Entries without which the policy would say the same: covered by others that say it, or overruled by stricter ones. */
export function findUnusedPaths({ paths }: Policy): LintFinding[] {
  // deputies are closed to what connects alone, and few manifests connect
  const connects = paths.some((rule) => isManifests(rule) && rule.operations.includes('connect'));
  const sets = coveredSets(connects ? paths : paths.filter(({ origin }) => origin.source !== 'deputy'));
  if (sets === null) return [];
  const pointers = [...new Set(paths.filter(isManifests).map(({ origin }) => origin.pointer))].reverse();
  const dropped = new Set<string>();
  const findings: LintFinding[] = [];
  for (const pointer of pointers) {
    const own = sets.filter((set) => set.rules.some(({ origin }) => origin.pointer === pointer));
    if (own.some((set) => !saysTheSameWithout(set, pointer, dropped))) continue;
    dropped.add(pointer);
    const rule = paths.find(({ origin }) => origin.pointer === pointer);
    if (rule !== undefined) findings.push(unused(rule, own, dropped));
  }
  return findings.reverse();
}

function isManifests({ origin }: PathRule): boolean {
  return origin.source === 'manifest';
}

/** Rules passed over already do not count: of two that are alike, one stays. */
function saysTheSameWithout({ rules }: CoveredSet, pointer: string, dropped: ReadonlySet<string>): boolean {
  const left = rules.filter(({ origin }) => !dropped.has(origin.pointer));
  const others = left.filter(({ origin }) => origin.pointer !== pointer);
  return PATH_OPERATIONS.every((operation) => strictest(left, operation) === strictest(others, operation));
}

function strictest(rules: readonly PathRule[], operation: Operation): Effect | null {
  const effects = rules.filter(({ operations }) => operations.includes(operation)).map(({ effect }) => effect);
  return effects.reduce<Effect | null>(
    (worst, one) => (worst === null || verdictCode(one) > verdictCode(worst) ? one : worst),
    null,
  );
}

function unused(rule: PathRule, sets: readonly CoveredSet[], dropped: ReadonlySet<string>): LintFinding {
  const others = sets.flatMap((set) =>
    set.rules.filter(
      ({ origin, operations }) =>
        !dropped.has(origin.pointer) && operations.some((operation) => rule.operations.includes(operation)),
    ),
  );
  const stricter = others.find(({ effect }) => verdictCode(effect) > verdictCode(rule.effect));
  const by = stricter ?? others[0];
  const who =
    by === undefined
      ? 'nothing'
      : by.origin.source === 'base'
        ? 'what every skill may do anyway'
        : by.origin.source === 'deputy'
          ? `“${by.origin.text}”, which is opened by name alone,`
          : `“${by.origin.text}”`;
  const how = stricter === undefined ? `${who} says the same already` : `${who} overrules it everywhere`;
  return {
    level: 'warning',
    code: stricter === undefined ? 'covered-entry' : 'overruled-entry',
    message: `“${rule.origin.text}” has no effect: ${how}`,
    remedy: 'Remove it, or name what the other does not cover.',
    pointer: rule.origin.pointer,
  };
}

/** The same for addresses and host names: one rule that another one covers. */
export function findUnusedNetwork({ network, names }: Policy): LintFinding[] {
  return [...unusedAmong(network, coversRule), ...unusedAmong(names, coversNameRule)];
}

function unusedAmong<Rule extends NetworkRule | NameRule>(
  rules: readonly Rule[],
  coversOther: (outer: Rule, inner: Rule) => boolean,
): LintFinding[] {
  return rules.flatMap((rule, index) => {
    const by = rules.find(
      (other, at) => other !== rule && speaksFirst(other, rule, at < index, coversOther) && coversOther(other, rule),
    );
    if (by === undefined) return [];
    const isOverruled = verdictCode(by.effect) > verdictCode(rule.effect);
    return [
      {
        level: 'warning' as const,
        code: isOverruled ? ('overruled-entry' as const) : ('covered-entry' as const),
        message: `“${rule.origin.text}” has no effect: “${by.origin.text}” ${isOverruled ? 'overrules it' : 'says the same already'}`,
        remedy: 'Remove it, or name what the other does not cover.',
        pointer: rule.origin.pointer,
      },
    ];
  });
}

/** Of two that say the same of the same, the second is the unused one. */
function speaksFirst<Rule extends NetworkRule | NameRule>(
  other: Rule,
  rule: Rule,
  isEarlier: boolean,
  coversOther: (outer: Rule, inner: Rule) => boolean,
): boolean {
  const order = verdictCode(other.effect) - verdictCode(rule.effect);
  if (order !== 0) return order > 0;
  return isEarlier || !coversOther(rule, other);
}

function coversRule(outer: NetworkRule, inner: NetworkRule): boolean {
  const [wide, narrow] = [parsePrefix(outer.prefix), parsePrefix(inner.prefix)];
  if (wide === null || narrow === null || outer.operation !== inner.operation) return false;
  const isSameFamily = outer.prefix.includes(':') === inner.prefix.includes(':');
  return isSameFamily && coversReach(outer, inner) && covers(wide, narrow);
}

function coversNameRule(outer: NameRule, inner: NameRule): boolean {
  return coversReach(outer, inner) && coversName(parseNamePattern(outer.name), parseNamePattern(inner.name));
}

type Reach = Pick<NameRule, 'ports' | 'protocol'>;

function coversReach(outer: Reach, inner: Reach): boolean {
  const isProtocol = outer.protocol === 'any' || outer.protocol === inner.protocol;
  return isProtocol && outer.ports.low <= inner.ports.low && inner.ports.high <= outer.ports.high;
}

/** Root's own places of the catalogue that no manifest opens: an agent that may become root changes nothing there either. */
import { CATALOGUE_POINTER, PROTECTIONS, RULE_LOCATIONS } from './catalogue.ts';
import { joinPatterns } from './pattern/join-patterns.ts';
import { type PathRule, ruleId } from './rule.ts';

/**
 * What reads there is held by permissions: `sudo` within a session reads its settings. Devices are known to the kernel programs by what
 * they are, and places of people by an automaton that all agents share.
 */
const CHANGES = PROTECTIONS.change;
const isOfRoot = (path: string): boolean => path.startsWith('/') && !path.startsWith('/dev/');

const PLACES = RULE_LOCATIONS.filter(({ agents }) => agents === 'refuse').flatMap(({ name, protects, paths }) => {
  const operations = CHANGES.filter((one) => PROTECTIONS[protects].some((other) => other === one));
  return operations.length === 0 ? [] : paths.filter(isOfRoot).map((path) => ({ name, path, operations }));
});

/** Closes what these rules could reach, numbered from `firstId`; nothing where none of them reaches that far. */
export function closedPlaces(rules: readonly PathRule[], firstId: number): PathRule[] {
  const granting = rules.filter(
    ({ effect, operations }) =>
      (effect === 'allow' || effect === 'require_approval') && CHANGES.some((one) => operations.includes(one)),
  );
  const starts = granting.map(({ pattern }) => literalStart(pattern));
  const reached = PLACES.filter(({ path }) => {
    const own = literalStart(path);
    return starts.some((start) => own.startsWith(start) || start.startsWith(own));
  });
  return [...new Set(reached.map(({ name }) => name))].map((name, index) => {
    const places = reached.filter((place) => place.name === name);
    const paths = places.map(({ path }) => path);
    return {
      id: ruleId(firstId + index),
      effect: 'block',
      operations: places[0]?.operations ?? [],
      pattern: joinPatterns(paths),
      silent: false,
      origin: { source: 'base', pointer: `${CATALOGUE_POINTER}${name}`, text: paths.join(', ') },
    };
  });
}

/** What every path begins with that the pattern matches. */
const literalStart = (pattern: string): string => /^[^*?[\]{}\\]*/.exec(pattern)?.[0] ?? '';

import { failure, type Result, success } from '../result.ts';
import { strictestOf, verdictKey } from './automaton/accept.ts';
import { type AcceptTable, buildAcceptTable } from './automaton/accept-table.ts';
import { blame } from './automaton/blame.ts';
import { ByteMatchers } from './automaton/byte-dfa.ts';
import { ComponentAutomaton } from './automaton/component-automaton.ts';
import { emitAccepts, emitEdges, emitMatchers, emitNodes } from './automaton/emit.ts';
import { startNodes } from './automaton/mount-aliases.ts';
import { PatternTrie } from './automaton/pattern-trie.ts';
import { residualsOf, unlike } from './automaton/residual.ts';
import { strictestBelow } from './automaton/strictest.ts';
import { LimitExceeded, WorkBudget } from './automaton/work-budget.ts';
import { compileDestinations } from './destinations.ts';
import { compileNames } from './host-tables.ts';
import { COMPILE_LIMITS, type CompileLimits, MAX_RULES } from './limits.ts';
import { compileLocalNames } from './local-names.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import type { PathPattern } from './pattern/pattern.ts';
import type { PolicyError } from './policy-error.ts';
import type { PathRule, Policy, RuleId, Undeclared } from './rule.ts';
import type { Mount, PolicyTables } from './tables.ts';

/** Whether two places will be compared by what the policy says below them, as the two ends of a move are. */
type Comparison = 'moves' | 'none';

/**
 * Compiles a policy for the superblocks of these mounts. The same input gives the same bytes. What needs more than
 * `limits` is refused with the rules that need it.
 */
export function compile(
  policy: Policy,
  mounts: readonly Mount[],
  limits: CompileLimits = COMPILE_LIMITS,
  comparison: Comparison = 'moves',
): Result<PolicyTables, PolicyError> {
  const problem = tooManyRules(policy) ?? badMount(mounts);
  if (problem !== null) return failure(problem);
  const parsed = parseRules(policy.paths);
  if (!parsed.ok) return parsed;
  const destinations = compileDestinations(policy.network, limits);
  if (!destinations.ok) return destinations;
  const names = compileNames(policy, limits);
  if (!names.ok) return names;
  const paths = compilePaths(policy, parsed.value, { mounts, limits, comparison });
  if (!paths.ok) return paths;
  const localNames = compileLocalNames(policy.localNames ?? []);
  return success({ ...paths.value, destinations: destinations.value, names: names.value, localNames });
}

type PathTables = Omit<PolicyTables, 'destinations' | 'names' | 'localNames'>;
type ParsedRule = { rule: PathRule; patterns: readonly PathPattern[] };

function parseRules(rules: readonly PathRule[]): Result<ParsedRule[], PolicyError> {
  const parsed: ParsedRule[] = [];
  for (const rule of rules) {
    const patterns = parsePattern(rule.pattern);
    if (!patterns.ok) return failure(badPattern(rule, patterns.error));
    parsed.push({ rule, patterns: patterns.value });
  }
  return success(parsed);
}

function compilePaths(
  { paths: rules, undeclared }: Policy,
  parsed: readonly ParsedRule[],
  { mounts, limits, comparison }: { mounts: readonly Mount[]; limits: CompileLimits; comparison: Comparison },
): Result<PathTables, PolicyError> {
  const budget = new WorkBudget(limits.steps);
  const trie = new PatternTrie(new ByteMatchers(budget, limits.rows), budget);
  const automaton = new ComponentAutomaton(trie, limits, budget);
  try {
    for (const { rule, patterns } of parsed) for (const pattern of patterns) trie.insert(pattern, rule.id);
    const starts = [...startNodes(mounts, trie, automaton)].map(([device, nodes]) => ({
      device,
      state: automaton.stateOf(nodes),
    }));
    automaton.complete();
    return success(
      emit(automaton, {
        accepts: buildAcceptTable(automaton.states, trie, byId(rules), limits.accepts),
        ...{ undeclared, starts, limits, budget, comparison },
      }),
    );
  } catch (error) {
    if (error instanceof LimitExceeded) return failure(overLimit(error, blame(error, trie, automaton), rules));
    throw error;
  }
}

type Emission = {
  accepts: AcceptTable;
  undeclared: Undeclared;
  starts: readonly { device: number; state: number }[];
  limits: CompileLimits;
  budget: WorkBudget;
  comparison: Comparison;
};

function emit({ states }: ComponentAutomaton, emission: Emission): PathTables {
  const { accepts, undeclared, starts, limits } = emission;
  const own = accepts.accepts.map((accept) => strictestOf(accept, undeclared));
  const residual = emission.comparison === 'moves' ? compared(states, emission) : unlike(states);
  const strictest = strictestBelow(
    states,
    accepts.ofState.map((accept) => own[accept] as number),
  );
  const { matchers, cellOf } = emitMatchers(states, limits);
  return {
    ...emitEdges(states, limits),
    nodes: emitNodes(states, cellOf, accepts.ofState, residual, strictest),
    matchers,
    accepts: emitAccepts(accepts),
    starts: {
      device: Uint32Array.from(starts, ({ device }) => device),
      state: Uint32Array.from(starts, ({ state }) => state),
    },
  };
}

function compared(states: ComponentAutomaton['states'], { accepts, budget }: Emission): Uint32Array {
  const keys = accepts.accepts.map(verdictKey);
  return residualsOf(
    states,
    accepts.ofState.map((accept) => keys[accept] as string),
    budget,
  );
}

function byId(rules: readonly PathRule[]): PathRule[] {
  const table: PathRule[] = [];
  for (const rule of rules) table[rule.id] = rule;
  return table;
}

function tooManyRules(policy: Policy): PolicyError | null {
  const count = policy.paths.length + policy.network.length + (policy.localNames?.length ?? 0);
  if (count <= MAX_RULES) return null;
  return {
    code: 'too-many-rules',
    message: `the policy has ${count} rules, more than ${MAX_RULES}`,
    remedy: 'join rules by patterns, or drop some',
    rules: [],
    pointer: null,
  };
}

function badMount(mounts: readonly Mount[]): PolicyError | null {
  const bad = mounts.find(({ root, mountpoint }) => !root.startsWith('/') || !mountpoint.startsWith('/'));
  if (bad === undefined) return null;
  return {
    code: 'bad-mount',
    message: `the mount of “${bad.root}” at “${bad.mountpoint}” has no absolute paths`,
    remedy: 'leave out mounts whose root is no path of their filesystem',
    rules: [],
    pointer: null,
  };
}

function badPattern(rule: PathRule, error: { message: string; remedy: string }): PolicyError {
  return {
    code: 'bad-pattern',
    message: `“${rule.origin.text}”: ${error.message}`,
    remedy: error.remedy,
    rules: [rule.id],
    pointer: rule.origin.pointer,
  };
}

const SUBJECTS: Partial<Record<PolicyError['code'], string>> = {
  'too-many-states': 'states',
  'too-many-edges': 'edges',
  'too-many-rows': 'entries for wildcards within names',
  'too-many-components': 'distinct names',
  'too-many-accepts': 'distinct answers',
  'too-much-work': 'steps to compile',
};

function overLimit(error: LimitExceeded, rules: readonly RuleId[], all: readonly PathRule[]): PolicyError {
  const named = rules.flatMap((rule) => all.find(({ id }) => id === rule) ?? []);
  const texts = named.map(({ origin }) => `“${origin.text}” (${origin.pointer})`);
  return {
    code: error.code,
    message: `the path rules need more than ${error.limit} ${SUBJECTS[error.code] ?? 'entries'}, most of them for ${texts.join(', ')}`,
    remedy: 'begin these rules with a longer fixed path, or use fewer “**” and wildcards within names',
    rules,
    pointer: named[0]?.origin.pointer ?? null,
  };
}

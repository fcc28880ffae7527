/** What is known of agents as an automaton over paths, so that the kernel can tell one at its exec. */
import type { Result } from '../result.ts';
import { AGENT_INTERPRETERS, AGENTS, type Agent } from './agents.ts';
import { below } from './bind-context.ts';
import { compile } from './compile.ts';
import { INTERPRETERS, type Interpreter } from './interpreters.ts';
import { COMPILE_LIMITS } from './limits.ts';
import type { PolicyError } from './policy-error.ts';
import { NO_LIMITS, type PathRule, type Policy, REFUSE_UNDECLARED, ruleId } from './rule.ts';
import type { Mount, PolicyTables } from './tables.ts';
import { operationCode } from './vocabulary.ts';

/** The operation that an entry for an agent's file is for, and the one for an interpreter's: whose number stands there as a rule. */
export const AGENT_ENTRY = 'exec';
export const INTERPRETER_ENTRY = 'read';

/** Devices that no filesystem has: where words begin that are no path of the host's. `RF_TEXT_…` */
export const TEXT_DEVICES = { path: 0xffff_ffff, unit: 0xffff_fffe, module: 0xffff_fffd } as const;

/** Where words of each kind lie among the patterns: a first name that no path begins with. */
const PLACES = { path: '/', unit: '/unit:', module: '/module:' } as const;

const TEXT_MOUNTS: readonly Mount[] = (['path', 'unit', 'module'] as const).map((kind) => ({
  device: TEXT_DEVICES[kind],
  root: '/',
  mountpoint: PLACES[kind],
  type: 'text',
}));

type Entry = {
  readonly pattern: string;
  readonly operation: typeof AGENT_ENTRY | typeof INTERPRETER_ENTRY;
  readonly number: number;
};

/** The tables for these homes. Their rules are numbers of agents, and of interpreters: what the kernel calls them. */
export function recognitionTables(
  homes: readonly string[],
  mounts: readonly Mount[],
  interpreterNumber: (interpreter: Interpreter) => number,
): Result<PolicyTables, PolicyError> {
  const entries = entriesFor(homes, interpreterNumber);
  const compiled = compile(policyOf(entries), [...mounts, ...TEXT_MOUNTS], COMPILE_LIMITS, 'none');
  if (!compiled.ok) return compiled;
  const { accepts } = compiled.value;
  const rule = accepts.rule.map((id, at) =>
    // several entries may fit, of one agent or of two: the first counts
    id === 0 || !isEntry(at % WIDTH) ? 0 : (entries[id - 1]?.number ?? 0),
  );
  return { ok: true, value: { ...compiled.value, accepts: { ...accepts, rule } } };
}

const WIDTH = 16;

function isEntry(operation: number): boolean {
  return operation === operationCode(AGENT_ENTRY) || operation === operationCode(INTERPRETER_ENTRY);
}

function entriesFor(homes: readonly string[], interpreterNumber: (interpreter: Interpreter) => number): Entry[] {
  const agents = AGENTS.flatMap((agent) =>
    patternsOf(agent, homes).map((pattern): Entry => ({ pattern, operation: AGENT_ENTRY, number: agent.number })),
  );
  const interpreters = AGENT_INTERPRETERS.flatMap(({ name, files }) => {
    const interpreter = INTERPRETERS.find((one) => one.name === name);
    const number = interpreter ? interpreterNumber(interpreter) : 0;
    return files.map((pattern): Entry => ({ pattern, operation: INTERPRETER_ENTRY, number }));
  });
  return [...agents, ...interpreters];
}

/** Everything that is certain about an agent, as patterns. */
export function patternsOf({ files, units, modules }: Agent, homes: readonly string[]): string[] {
  return [
    ...files.flatMap((file) => inHomes(file, homes)),
    ...units.map((unit) => `${PLACES.unit}/${unit}`),
    ...modules.map((module) => `${PLACES.module}/${module}`),
  ];
}

/** A pattern of the data file, for each home that it may lie in. */
export function inHomes(pattern: string, homes: readonly string[]): string[] {
  return pattern.startsWith('~') ? homes.map((home) => below(home, pattern.slice(1))) : [pattern];
}

function policyOf(entries: readonly Entry[]): Policy {
  const paths = entries.map(
    ({ pattern, operation }, index): PathRule => ({
      id: ruleId(index + 1),
      effect: 'allow',
      operations: [operation],
      pattern,
      silent: true,
      origin: { source: 'base', pointer: `recognition[${index}]`, text: pattern },
    }),
  );
  return {
    paths,
    network: [],
    names: [],
    resolvers: [],
    onViolation: 'block',
    undeclared: REFUSE_UNDECLARED,
    limits: NO_LIMITS,
    warnings: [],
  };
}

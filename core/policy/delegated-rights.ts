/**
 * Rights that a program has by itself in an agent's session, where nobody else in it gains by them: what a protected location lets
 * through for `ssh` as git starts it. docs/decisions/0013 says what keeps an agent from borrowing them.
 */
import { z } from 'zod';
import { below } from './bind-context.ts';
import data from './delegated-rights.json' with { type: 'json' };
import { NO_LIMITS, type PathRule, type Policy, REFUSE_UNDECLARED, type RuleOrigin, ruleId } from './rule.ts';
import { PATH_OPERATIONS } from './vocabulary.ts';

/** How the program must have been started. Code = index; `rf_arguments`. */
export const ARGUMENTS = ['any', 'git-transport'] as const;

const name = z.string().regex(/^[a-z][a-z0-9-]*$/);

export const delegatedRightsSchema = z.strictObject({
  /** A program is known by its file: these, as far as they belong to root and nobody else may write them. */
  programs: z.array(z.strictObject({ name, paths: z.array(z.string().regex(/^(\/[^/*?[\]{}\\]+)+$/)).min(1) })),
  rights: z.array(
    z.strictObject({
      id: name,
      program: name,
      /** The program that executes it, with no other in between; null: whoever does. */
      startedBy: name.nullable(),
      arguments: z.enum(ARGUMENTS),
      /** The protected location that it reaches into. */
      location: name.nullable(),
      why: z.string().min(1),
      rules: z
        .array(
          z.strictObject({
            effect: z.enum(['allow', 'require_approval']),
            operations: z.array(z.enum(PATH_OPERATIONS)).min(1),
            /** Patterns as in a manifest. The strictest that fits counts. */
            paths: z.array(z.string().regex(/^(~|\/)/)).min(1),
          }),
        )
        .min(1),
    }),
  ),
});

const known = delegatedRightsSchema.parse(data);

/** 1, 2, 3 … in the order of the data file. */
export type ProgramNumber = number & { readonly brand: 'ProgramNumber' };
export type KnownProgram = { readonly number: ProgramNumber; readonly name: string; readonly paths: readonly string[] };

export const KNOWN_PROGRAMS: readonly KnownProgram[] = known.programs.map((program, index) => ({
  ...program,
  number: (index + 1) as ProgramNumber,
}));

export type DelegatedRight = (typeof known.rights)[number];
export const DELEGATED_RIGHTS: readonly DelegatedRight[] = known.rights;

/** A right in one session. Its rules are numbered on from the session's own. */
export type DelegatedPolicy = { readonly right: DelegatedRight; readonly policy: Policy };

const POINTER = 'delegated.';

/** The rights as rules for a session of the user with this home, numbered from `firstId`. */
export function delegatedPolicies(home: string, firstId: number): DelegatedPolicy[] {
  if (!home.startsWith('/')) throw new Error('a home directory is an absolute path');
  let next = firstId;
  return DELEGATED_RIGHTS.map((right) => {
    const paths = rulesOf(right, home, next);
    next += paths.length;
    return { right, policy: policyOf(paths) };
  });
}

function rulesOf(right: DelegatedRight, home: string, firstId: number): PathRule[] {
  let next = firstId;
  return right.rules.flatMap(({ effect, operations, paths }, index) => {
    const origin: RuleOrigin = {
      source: 'base',
      pointer: `${POINTER}${right.id}.rules[${index}]`,
      text: `${holderOf(right)}: ${paths.join(', ')}`,
    };
    return paths.map((path): PathRule => {
      const pattern = path.startsWith('~') ? below(home, path.slice(1)) : path;
      return { id: ruleId(next++), effect, operations, pattern, silent: false, origin };
    });
  });
}

function policyOf(paths: PathRule[]): Policy {
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

/** The right that a rule belongs to, by its pointer; null: it is no delegated one. */
export function delegatedRightOf(pointer: string): DelegatedRight | null {
  if (!pointer.startsWith(POINTER)) return null;
  const id = pointer.slice(POINTER.length).split('.')[0];
  return DELEGATED_RIGHTS.find((right) => right.id === id) ?? null;
}

/** Who has the right, in words: “ssh, started by git”. */
export function holderOf({ program, startedBy }: Pick<DelegatedRight, 'program' | 'startedBy'>): string {
  return startedBy === null ? program : `${program}, started by ${startedBy}`;
}

/** The first number that none of these rules has. */
export function numberAfter(rules: readonly { readonly id: number }[]): number {
  return rules.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
}

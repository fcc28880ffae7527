import { z } from 'zod';
import { CALLS, type Call, OPERATIONS, REASONS } from '../../core/policy/vocabulary.ts';
import list from './attacks.json' with { type: 'json' };

/** Whose files are attacked: an undeclared directory, or a protected location that no manifest can open. */
export const AREAS = ['vault', 'protected'] as const;
export type Area = (typeof AREAS)[number];

const calls = CALLS.filter((call): call is Exclude<Call, null> => call !== null);

const reasons = REASONS.filter((reason) => reason !== null);

const attackSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** File below programs/, if it is not named like the attack. */
  program: z.string().optional(),
  /** Where the guard has to hold it. */
  areas: z.array(z.enum(AREAS)).min(1),
  /** What makes the same program succeed; `limit`: that there is none; `none`: refused whatever a manifest says, reported apart. */
  grant: z.enum(['path', 'exec', 'network', 'name', 'listen', 'limit', 'none']),
  /** The record has to name one of these calls and one of these operations. */
  calls: z.array(z.enum(calls)).min(1),
  operations: z.array(z.enum(OPERATIONS)).min(1),
  /** Part of the path or address in the record, where that is not in the attack's own directories. */
  object: z.string().optional(),
  /** Why it has to be refused, where any reason will not do. */
  reason: z.enum(reasons).optional(),
  /** The kernel hooks that should hold it. */
  hook: z.string(),
  /** First kernel on which the attack can work at all. */
  since: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  needs: z.literal('user-namespaces').optional(),
  /** Attacks the area's own top directory; runs last. */
  top: z.literal(true).optional(),
});

export type Attack = z.infer<typeof attackSchema>;

/** All attacks, in the order of attacks.json. Throws on a list that breaks its own schema. */
export const ATTACKS: readonly Attack[] = z.array(attackSchema).parse(list);

export const programOf = (attack: Attack): string => attack.program ?? attack.name;

/** One run of an attack: on one area. */
export type Case = { id: string; attack: Attack; area: Area; port: number };

const FIRST_PORT = 21_000;

/** What one session runs: `everywhere` for controls and grants, else only where the attack has to be held. */
export function casesOf(attacks: readonly Attack[], everywhere: boolean): Case[] {
  const cases = attacks.flatMap((attack) =>
    AREAS.filter((area) => attack.areas.includes(area) || (everywhere && area === 'vault')).map((area) => ({
      id: `${attack.name}@${area}`,
      attack,
      area,
      port: FIRST_PORT + ATTACKS.indexOf(attack),
    })),
  );
  return cases.sort((a, b) => lateness(a.attack) - lateness(b.attack));
}

/** What uses up a limit comes after everything that needs it, and what takes an area away comes last. */
function lateness({ grant, top }: Attack): number {
  if (top === true) return 2;
  return grant === 'limit' ? 1 : 0;
}

/** Whether somebody has to answer at the case's port. */
export function needsPeer({ attack, area }: Case): boolean {
  return area === 'vault' && (attack.grant === 'network' || attack.reason === 'limit-bytes');
}

/** Whether it is about what names lead to: somebody has to answer at the case's port there. */
export function needsNames({ attack, area }: Case): boolean {
  return area === 'vault' && attack.grant === 'name';
}

/** Whether this kernel (`6.12.117-…`) with or without unprivileged user namespaces lets the attack happen at all. */
export function isPossible(attack: Attack, release: string, userNamespaces: boolean): boolean {
  if (attack.needs === 'user-namespaces' && !userNamespaces) return false;
  if (attack.since === undefined) return true;
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const [sinceMajor = 0, sinceMinor = 0] = attack.since.split('.').map(Number);
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

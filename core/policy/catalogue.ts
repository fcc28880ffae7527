/** The catalogue of sensitive locations: what lies where, and what agents and everyone else may do there. docs/locations.md is made from it. */
import { z } from 'zod';
import agents from './catalogue/agents.json' with { type: 'json' };
import cloud from './catalogue/cloud.json' with { type: 'json' };
import desktop from './catalogue/desktop.json' with { type: 'json' };
import keys from './catalogue/keys.json' with { type: 'json' };
import persistence from './catalogue/persistence.json' with { type: 'json' };
import programs from './catalogue/programs.json' with { type: 'json' };
import publishing from './catalogue/publishing.json' with { type: 'json' };
import system from './catalogue/system.json' with { type: 'json' };
import { OTHERS_ANSWERS } from './others-answers.ts';
import type { PathOperation } from './vocabulary.ts';

/** What a location is protected from. */
export const PROTECTIONS = {
  /** Connecting is the deputies' matter. */
  content: ['read', 'write', 'create', 'delete', 'exec'],
  reading: ['read'],
  change: ['write', 'create', 'delete'],
  planting: ['write', 'create'],
} as const satisfies Record<string, readonly PathOperation[]>;
export type Protection = keyof typeof PROTECTIONS;

/** What a manifest's grant comes to there: nothing, or a question each time. What no manifest grants is refused in any case. */
export const AGENT_ANSWERS = ['refuse', 'ask'] as const;

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);
/**
 * Patterns of the host's paths. Below a home or a runtime directory; `$PROJECT`: in a folder of a home or the workspace that a manifest
 * grants something in, or right inside of it. At any depth (`**` before a name) it would make every call of an agent dear.
 */
const place = z.string().regex(/^(~|\$XDG_RUNTIME_DIR|\$PROJECT)?\/[^/]/);
const row = { name, why: z.string().min(1) };
const others = {
  protects: z.enum(Object.keys(PROTECTIONS) as [Protection, ...Protection[]]),
  others: z.enum(OTHERS_ANSWERS),
  /** Programs of programs.json that others' answer is not about. */
  trusted: z.array(name).optional(),
};

const byRules = z.strictObject({
  ...row,
  paths: z.array(place).min(1),
  agents: z.enum(AGENT_ANSWERS),
  /** Programs of the agents that it belongs to: for them the manifest decides. */
  own: z.array(name).min(1).optional(),
  ...others,
});

/** For agents it lies within a place of locations.json, which is held by identity. */
const byIdentity = z.strictObject({ ...row, paths: z.array(place).min(1), location: name, ...others });
const ofGuard = z.strictObject({ ...row, locations: z.array(name).min(1) });
const ofDeputies = z.strictObject({ ...row, deputies: z.array(name).min(1) });
/** Held by the kernel programs themselves: by these words. */
const ofKernel = z.strictObject({ ...row, kernel: z.string().min(1) });

export const catalogueSchema = z.strictObject({
  title: z.string().min(1),
  locations: z.array(z.union([byRules, byIdentity, ofGuard, ofDeputies, ofKernel])).min(1),
});

export const trustedProgramsSchema = z.strictObject({
  programs: z.array(
    z.strictObject({
      name,
      /** Where packages put it. A file counts as far as it belongs to root and nobody else may write it; a script, by its path. */
      files: z.array(z.string().regex(/^(\/[^/*?[\]{}\\]+)+$/)).min(1),
    }),
  ),
});

export type RuleLocation = z.infer<typeof byRules>;
export type IdentityLocation = z.infer<typeof byIdentity>;
export type CatalogueLocation = z.infer<typeof catalogueSchema>['locations'][number];
export type CatalogueGroup = z.infer<typeof catalogueSchema>;
export type TrustedProgram = z.infer<typeof trustedProgramsSchema>['programs'][number];

export const CATALOGUE: readonly CatalogueGroup[] = [
  ...[keys, cloud, publishing, desktop, agents, persistence, system],
].map((group) => catalogueSchema.parse(group));

export const TRUSTED_PROGRAMS: readonly TrustedProgram[] = trustedProgramsSchema.parse(programs).programs;

const locations = CATALOGUE.flatMap((group) => group.locations);

/** Those that become rules of every agent's policy. */
export const RULE_LOCATIONS: readonly RuleLocation[] = locations.flatMap((one) => ('agents' in one ? [one] : []));

/** Those that programs which are no agents can be kept from. */
export const PLACED_LOCATIONS: readonly (RuleLocation | IdentityLocation)[] = locations.flatMap((one) =>
  'paths' in one ? [one] : [],
);

/** The catalogue's location that a rule belongs to, by its pointer; null: it is no such rule. */
export function catalogueLocationOf(pointer: string): RuleLocation | null {
  if (!pointer.startsWith(CATALOGUE_POINTER)) return null;
  return RULE_LOCATIONS.find(({ name: known }) => pointer === CATALOGUE_POINTER + known) ?? null;
}

export const CATALOGUE_POINTER = 'catalogue.';

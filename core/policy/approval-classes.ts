/** Classes of operations that a manifest can have asked about without naming each place. */
import { z } from 'zod';
import { APPROVAL_CLASSES, type ApprovalClass } from '../manifest/index.ts';
import data from './approval-classes.json' with { type: 'json' };
import { type Operation, PATH_OPERATIONS } from './vocabulary.ts';

export const approvalClassesSchema = z.strictObject({
  classes: z.array(
    z.strictObject({
      class: z.enum(APPROVAL_CLASSES),
      why: z.string().min(1),
      operations: z.array(z.enum(PATH_OPERATIONS)).min(1),
      /** Patterns as in a manifest. */
      paths: z.array(z.string().regex(/^(~|\/)/)).min(1),
    }),
  ),
});

const { classes: known } = approvalClassesSchema.parse(data);

/** Operations that are asked about wherever no rule speaks. */
const ASKED_WHEN_UNDECLARED: Readonly<Partial<Record<ApprovalClass, readonly Operation[]>>> = {
  'read:new': ['read'],
  'write:new': ['write', 'create', 'delete'],
  'exec:new': ['exec'],
  'net:new-host': ['connect'],
};

/** The places of a class, with what is asked about there. */
export function placesOf(
  name: ApprovalClass,
): readonly { operations: readonly Operation[]; paths: readonly string[] }[] {
  return known.filter((one) => one.class === name);
}

/** What these classes have asked about of all that is not declared. */
export function askedWhenUndeclared(classes: readonly ApprovalClass[]): Operation[] {
  return [...new Set(classes.flatMap((name) => ASKED_WHEN_UNDECLARED[name] ?? []))];
}

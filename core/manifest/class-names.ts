import type { Policy } from '../policy/rule.ts';
import type { Manifest } from './schema.ts';

const CLASS = /^permissions\.require_approval\.classes\[(\d+)\]$/;

/** The policy with the places of a class called by the name of the class: its author wrote no more than that. */
export function withClassNames(policy: Policy, { permissions }: Manifest): Policy {
  const classes = permissions.require_approval?.classes ?? [];
  const paths = policy.paths.map((rule) => {
    const name = classes[Number(CLASS.exec(rule.origin.pointer)?.[1] ?? -1)];
    return name === undefined ? rule : { ...rule, origin: { ...rule.origin, text: `what the class ${name} names` } };
  });
  return { ...policy, paths };
}

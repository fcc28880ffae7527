import type { PolicyError } from '../policy/policy-error.ts';
import type { Problem } from './problem.ts';

/** `error`: the guard would refuse the manifest. `warning`: it would take it, and a person should look. */
export type LintFinding = Problem<string> & { readonly level: 'error' | 'warning' };

/** Why no rules can be made of a manifest, as a problem of its text. */
export function problemOfPolicy({ code, message, remedy, pointer }: PolicyError): Problem<string> {
  return { code, message, remedy, ...(pointer === null ? {} : { pointer }) };
}

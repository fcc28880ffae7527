/** The environment that an agent is started with: what its manifest passes on. */
import type { Permissions } from '../../core/manifest/index.ts';

type Environment = Readonly<Record<string, string>>;

/** What programs cannot do without, whatever a manifest passes. */
const ALWAYS = ['HOME', 'LANG', 'LC_*', 'LOGNAME', 'PATH', 'PWD', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER'];

/** Without a `pass` all variables are passed on; `deny` wins over it. */
export function passedEnvironment(all: Environment, { env }: Pick<Permissions, 'env'>): Environment {
  const passed = env?.pass === undefined ? null : [...ALWAYS, ...env.pass];
  const denied = env?.deny ?? [];
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => (passed === null || fits(name, passed)) && !fits(name, denied)),
  );
}

/** A `*` at the end of a name stands for any rest. */
function fits(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

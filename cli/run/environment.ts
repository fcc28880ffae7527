/** The environment that an agent is started with: what its manifest passes on. */

import { fitsVariable, isSteering, type Permissions } from '../../core/manifest/index.ts';
import { INSIDE } from '../shim/shims.ts';

type Environment = Readonly<Record<string, string>>;

/** What programs cannot do without, whatever a manifest passes. */
const ALWAYS = ['HOME', 'LANG', 'LC_*', 'LOGNAME', 'PATH', 'PWD', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER', INSIDE];

export type PassedEnvironment = {
  readonly environment: Environment;
  /** Left out, as they make programs run what they name. */
  readonly steering: readonly string[];
};

/** What `$TMPDIR` of a manifest stands for where the variable says nothing. */
const USUAL_TMPDIR = '/tmp';

/**
 * Without a `pass` all variables are passed on, but for those that make programs run what they name: these have to be passed by
 * their whole name. `deny` wins over all. TMPDIR is set in any case: without it some programs, SQLite among them, choose /var/tmp.
 */
export function passedEnvironment(all: Environment, { env }: Pick<Permissions, 'env'>): PassedEnvironment {
  const passed = env?.pass === undefined ? null : [...ALWAYS, ...env.pass];
  const temporary = all.TMPDIR?.startsWith('/') ? all.TMPDIR : USUAL_TMPDIR;
  const wanted = Object.entries({ ...all, TMPDIR: temporary }).filter(
    ([name]) => (passed === null || fits(name, passed)) && !fits(name, env?.deny ?? []),
  );
  const isLeftOut = (name: string) => isSteering(name) && !env?.pass?.includes(name);
  return {
    environment: Object.fromEntries(wanted.filter(([name]) => !isLeftOut(name))),
    steering: wanted.map(([name]) => name).filter(isLeftOut),
  };
}

function fits(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => fitsVariable(name, pattern));
}
